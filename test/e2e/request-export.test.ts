import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf, tokenstorm } from '../support/command.ts';
import { csvWithPython } from '../support/csv-with-python.ts';
import { settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';
import { quantileOf, readNoise } from '../support/truth.ts';

/**
 * How far half of the requests may lie from the truth log, and the worst of them: the machine runs other tests on the same two
 * cores, which may stop one of two processes for a while. A wrong clock, unit or request shifts them by far more, or most of them.
 */
const toleranceMs = 20;
const worstMs = 900;

const models = {
  varied: {
    ttftMs: { lognormal: { medianMs: 60, sigma: 0.4 } },
    itlMs: 5,
    tokens: 8,
    faults: { server_error: 0.15, truncated: 0.15 },
  },
  quick: { ttftMs: 5, itlMs: 1, tokens: 3 },
};

interface Row {
  readonly [column: string]: string | number | boolean | null;
}

let simulator: SimulatorProcess;
let folder: TemporaryFolder;
beforeAll(async () => {
  simulator = await simulatorProcess(['--seed', '11']);
  await simulator.setModels(models);
  folder = await temporaryFolder();
});
afterAll(async () => {
  await simulator.close();
  await folder[Symbol.asyncDispose]();
});

const run = (model: string, words: string) =>
  tokenstorm(['run', '-u', simulator.url, '-m', model, '--allow-invalid', ...words.split(' ')], {
    cwd: folder.path,
  });

async function rowsOf(name: string): Promise<readonly Row[]> {
  const lines = (await readFile(join(folder.path, name), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Row);
}

describe('a per-request export', { timeout: 60_000 }, () => {
  it('has each request of the truth log, in its order, as it was', async () => {
    const end = await run(
      'varied',
      '-c 1 -n 40 --json --quiet --export jsonl=a/b.jsonl --export csv=a/b.csv --warmup-request-count 2',
    );
    const report = reportOf(end);
    expect(end.stderr).toContain(`Requests written to ${folder.path}/a/b.jsonl\n`);
    const rows = await rowsOf('a/b.jsonl');
    // One user: requests were sent one after the other.
    const truth = await settledTruth(simulator, 'varied');
    const noiseMs = await readNoise(simulator.url);
    expect(rows.length).toBe(42);
    expect(rows.map(({ phase }) => phase)).toEqual([...Array(2).fill('warmup'), ...Array(40).fill('main')]);
    expect(truth.length).toBe(42);
    const offsMs = { timestamp: [] as number[], ttft: [] as number[], e2e: [] as number[] };
    for (const [index, row] of rows.entries()) {
      const { fault, received_at_epoch_ms, received_at_ms, first_content_at_ms, last_content_at_ms, tokens } =
        truth[index]!;
      const kinds: Record<string, string> = { server_error: 'server_error', truncated: 'stream_truncated' };
      expect(row).toMatchObject({
        run: report.run.id,
        model: 'varied',
        error_kind: fault === null ? null : kinds[fault],
        status: fault === null ? 'success' : 'error',
        status_code: fault === 'server_error' ? 500 : 200,
        ...(fault === null && { output_tokens: tokens, token_source: 'provider' }),
        attempts: 1,
      });
      offsMs.timestamp.push(Math.abs(Date.parse(String(row['timestamp'])) - received_at_epoch_ms));
      if (fault !== null) {
        expect([row['ttft_ms'], row['e2e_ms'], row['time_to_first_token']]).toEqual([null, null, null]);
        expect(row['error_message']).not.toBeNull();
        continue;
      }
      offsMs.ttft.push(Number(row['ttft_ms']) - (first_content_at_ms! - received_at_ms));
      offsMs.e2e.push(Number(row['e2e_ms']) - (last_content_at_ms! - received_at_ms));
    }
    // A client sees nothing before the server wrote it.
    expect(Math.min(...offsMs.ttft, ...offsMs.e2e)).toBeGreaterThanOrEqual(-0.001);
    for (const values of Object.values(offsMs)) {
      expect(quantileOf(values, 0.5)).toBeLessThanOrEqual(toleranceMs + noiseMs);
      expect(Math.max(...values)).toBeLessThanOrEqual(worstMs);
    }
    const main = rows.filter(({ phase }) => phase === 'main');
    expect(main.filter(({ outcome }) => outcome === 'completed').length).toBe(report.accounting.completed);
    expect(main.filter(({ outcome }) => outcome === 'failed').length).toBe(report.accounting.failed);
    const slowest = Math.max(...main.map((row) => Number(row['ttft_ms'])));
    expect(slowest).toBeCloseTo(report.metrics.ttft!.max, 3);
  });

  it('is in seconds where other tools read it, and opens in Python', async () => {
    const rows = csvWithPython(join(folder.path, 'a/b.csv'));
    const same = await rowsOf('a/b.jsonl');
    expect(rows.length).toBe(42);
    expect(Object.keys(rows[0]!).slice(0, 4)).toEqual([
      'timestamp',
      'connection_time',
      'time_to_first_token',
      'time_to_completion',
    ]);
    expect(Object.keys(rows[0]!)).toEqual(Object.keys(same[0]!));
    for (const [index, row] of rows.entries()) {
      for (const [column, value] of Object.entries(same[index]!)) {
        expect(`${column} ${row[column]}`).toBe(`${column} ${value ?? ''}`);
      }
      if (row['status'] !== 'success') continue;
      expect(Number(row['time_to_first_token'])).toBeCloseTo(Number(row['ttft_ms']) / 1000, 5);
      expect(Number(row['time_to_completion'])).toBeCloseTo(Number(row['e2e_ms']) / 1000, 5);
      expect(Number(row['first_token_latency'])).toBeCloseTo(
        Number(row['time_to_first_token']) - Number(row['connection_time']),
        5,
      );
      expect(Number(row['total_tokens'])).toBe(Number(row['input_tokens']) + Number(row['output_tokens']));
    }
    expect(rows.filter((row) => row['connection_time'] !== '0').length).toBeGreaterThan(0);
  });

  it.each([
    [1, '-c 8 -n 500'],
    [2, '--rate 200 -d 3s'],
  ])('of %i process(es) has each request once, whole', async (processes, load) => {
    const name = `p${processes}.jsonl`;
    const end = await run('quick', `${load} --json --quiet --processes ${processes} --export jsonl=${name}`);
    const { accounting } = reportOf(end);
    const rows = await rowsOf(name);
    expect(rows.length).toBe(accounting.completed + accounting.failed + accounting.cancelled);
    expect(new Set(rows.map((row) => row['arrival_index'])).size).toBe(rows.length);
    expect(accounting.completed).toBeGreaterThan(400);
  });

  it('of the level records has a name of its own, and replaces nothing', async () => {
    const end = await run('quick', '-n 3 --json --export-level records');
    const { id } = reportOf(end).run;
    expect((await rowsOf(`${id}.requests.jsonl`)).length).toBe(3);
  });

  it('says that it replaced what was there, which has gone', async () => {
    await writeFile(join(folder.path, 'old.csv'), 'x\n'.repeat(10_000));
    const end = await run('quick', '-n 3 --json --export csv=old.csv');
    expect(end.stderr).toContain('/old.csv (replaced the one that was there)\n');
    expect(csvWithPython(join(folder.path, 'old.csv')).length).toBe(3);
  });
});

describe('an export that cannot be written', { timeout: 60_000 }, () => {
  it.each([
    ['json', '/proc/no-such-process/r.json', /ENOENT/],
    ['json', '.', /EISDIR/],
    ['csv', '/dev/full', /ENOSPC/],
    ['jsonl', 'taken/below/r.jsonl', /EEXIST|ENOTDIR/],
  ])('(%s to %s) is noticed before anything is sent', async (format, path, reason) => {
    await writeFile(join(folder.path, 'taken'), '');
    await simulator.reset();
    const end = await run('quick', `-n 3 --no-preflight --export ${format}=${path}`);
    expect([end.exitCode, end.stdout]).toEqual([2, '']);
    expect(end.stderr).toMatch(/^error: cannot write to \//);
    expect(end.stderr).toMatch(reason);
    expect((await simulator.records()).length).toBe(0);
  });

  it('from the middle of the run on, costs its rows and not the run, and the report says so', async () => {
    const end = await run('quick', '-n 50 --json --export jsonl=/dev/full --snapshot-log /dev/full');
    const report = reportOf(end);
    expect([end.exitCode, report.accounting.completed]).toEqual([0, 50]);
    const warnings = end.stderr.match(/^warning: .*$/gm) ?? [];
    expect(warnings.map((line) => line.replace(/: ENOSPC.*/, ''))).toEqual([
      "warning: cannot keep the run's snapshots in /dev/full",
      'warning: cannot write to /dev/full any more',
    ]);
    const incomplete = report.notes.find((note) => note.startsWith('/dev/full'));
    expect(incomplete).toMatch(/^\/dev\/full is incomplete: 50 of 50 requests are not in it \(ENOSPC/);
  });

  it('leaves no empty file behind', async () => {
    const before = await readdir(folder.path);
    await run('quick', '-n 3 --export json=new.json --export csv=/dev/full');
    expect(await readdir(folder.path)).toEqual(before);
  });
});
