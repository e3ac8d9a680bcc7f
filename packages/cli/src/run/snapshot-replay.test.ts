import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeriesTotals } from '@tokenstorm/core';
import type { MetricsSnapshot, RunPlan } from '@tokenstorm/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndedRun } from './ended-run.ts';
import { reportOf } from './report-of.ts';
import { endedRun, planOf, snapshotsOf, writeLog } from './snapshot-log.fixture.ts';
import { replayReport } from './snapshot-replay.ts';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tokenstorm-replay-'))));
afterEach(() => rm(folder, { recursive: true }));

/** The log of a run of so many seconds with this id. */
async function logOf(
  id: string,
  seconds: number,
  { change = {}, ended = {}, isKilled = false }: LogChange = {},
): Promise<{ path: string; plan: RunPlan; run: EndedRun; snapshots: MetricsSnapshot[] }> {
  const plan = { ...planOf(seconds, change), runId: id };
  const snapshots = snapshotsOf(plan, seconds);
  const run = { ...(await endedRun(plan, snapshots)), ...ended };
  const path = join(folder, `${id}.jsonl`);
  const kept = isKilled ? snapshots.slice(0, -4) : snapshots;
  await writeLog(path, plan, kept, { notes: ['checked'], ...(!isKilled && { run }) });
  return { path, plan, run, snapshots };
}

interface LogChange {
  readonly change?: Readonly<Record<string, unknown>>;
  readonly ended?: Partial<EndedRun>;
  readonly isKilled?: boolean;
}

describe('the report of a snapshot log', () => {
  it.each<[string, Partial<EndedRun>]>([
    ['went well', {}],
    ['was interrupted', { stopReason: 'interrupted', stoppedAtMs: 8000 }],
    ['failed', { stopReason: 'infrastructure', failure: 'Error: broken\n    at secret/place.ts' }],
    [
      'lost a process',
      { stopReason: 'infrastructure', lostProcess: 'worker process 7 was killed (SIGKILL)' },
    ],
  ])('is that of the run itself, which %s', async (_, ended) => {
    const { path, plan, run } = await logOf('one', 12, { ended });
    const replayed = await replayReport([path]);
    expect(JSON.stringify(replayed.report)).toBe(JSON.stringify(reportOf(plan, run, ['checked'], '9.9.9')));
    expect(replayed).toMatchObject({
      isFailure: 'failure' in ended,
      onInvalid: 'fail',
      failOn: 'invalid',
    });
  });

  it('of a run that was killed is aborted and at best suspect, and says where it ends', async () => {
    const { path } = await logOf('one', 12, { isKilled: true });
    const { report } = await replayReport([path]);
    expect(report).toMatchObject({
      verdict: 'aborted',
      run: { stop_reason: 'infrastructure', duration_s: 10 },
      accounting: { lost: 0 },
      validity: { level: 'suspect', reasons: [{ code: 'incomplete', measured: 1, limit: 0 }] },
    });
    expect(report.validity.reasons[0]?.detail).toContain('The log of one ends 10.0 s after its start');
  });

  it('with a histogram that is damaged is refused', async () => {
    const { path } = await logOf('one', 12);
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text.replace(/"hdr":"[^"]{20}/, (found) => `${found.slice(0, -4)}////`),
    );
    await expect(replayReport([path])).rejects.toMatchObject({ code: 'E_FILE', exitCode: 2 });
  });
});

describe('the report of several snapshot logs', () => {
  it('counts every request of all of them, with the percentiles of all values together', async () => {
    const one = await logOf('one', 12);
    const two = await logOf('two', 20, { change: { name: 'second', seed: 7 } });
    const { report } = await replayReport([one.path, two.path]);
    const together = new SeriesTotals();
    for (const { series } of [...one.snapshots, ...two.snapshots])
      for (const part of series) together.add(part);
    const main = together.merged({ phase: 'main' });
    expect(report.accounting).toEqual(main.accounting);
    for (const name of ['ttft', 'e2e', 'icl'] as const) {
      const { mean, std, ...exact } = main.trends.get(name)!.summary('ms');
      expect(report.metrics[name]).toMatchObject(exact);
      expect(report.metrics[name]?.mean).toBeCloseTo(mean, 9);
      expect(report.metrics[name]?.std).toBeCloseTo(std, 6);
    }
    expect(report.run).toMatchObject({
      id: 'one+1',
      name: 'test + second',
      seed: one.plan.scenario.seed,
      duration_s: 20,
      workers: 4,
      stop_reason: null,
    });
    expect(report.run.workloads.map(({ duration_s }) => duration_s)).toEqual([12, 20]);
    expect(report.notes.slice(0, 4)).toEqual([
      'Merged from 2 runs, each from its own start, as if they had run at the same time: one, two.',
      `The runs had different seeds: ${one.plan.scenario.seed}, 7.`,
      'checked',
      'a worker says so',
    ]);
  });

  it('lays their windows over each other, by the time from the start of each', async () => {
    const one = await logOf('one', 12);
    const two = await logOf('two', 20);
    const windows = async (paths: string[]) => {
      const { report } = await replayReport(paths);
      return new Map(report.windows.map(({ start_ms, accounting }) => [start_ms, accounting.completed]));
    };
    const [first, second] = [await windows([one.path]), await windows([two.path])];
    const both = await windows([one.path, two.path]);
    const starts = [...new Set([...first.keys(), ...second.keys()])];
    expect([...both]).toEqual(
      starts.map((start) => [start, (first.get(start) ?? 0) + (second.get(start) ?? 0)]),
    );
  });

  it('has the worst of their ends, and goes on where one was killed', async () => {
    const one = await logOf('one', 12, { isKilled: true });
    const two = await logOf('two', 20, { ended: { stopReason: 'interrupted', stoppedAtMs: 9000 } });
    const { report } = await replayReport([two.path, one.path]);
    expect(report).toMatchObject({
      verdict: 'aborted',
      validity: { level: 'suspect' },
      run: { duration_s: 20 },
    });
    expect(report.validity.reasons[0]?.detail).toContain('The log of one ends 10.0 s');
  });
});
