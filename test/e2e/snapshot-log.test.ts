import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@tokenstorm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandProcess, nodeWords, reportOf, tokenstorm } from '../support/command.ts';
import { settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';
import { untilReceived } from '../support/truth.ts';

/** One interval is what a kill may cost. The rest is for a machine that runs other tests on the same two cores. */
const costMs = 1000 + 500;

let simulator: SimulatorProcess;
let folder: TemporaryFolder;
beforeAll(async () => {
  simulator = await simulatorProcess([
    '--any-model',
    '--all-models',
    '{"ttft_ms":150,"itl_ms":10,"tokens":12}',
  ]);
  folder = await temporaryFolder();
});
afterAll(async () => {
  await simulator.close();
  await folder[Symbol.asyncDispose]();
});

const place = () => ({ cwd: folder.path, environment: { TOKENSTORM_HOME: join(folder.path, 'home') } });
const run = (model: string, words: string) =>
  tokenstorm(['run', '-u', simulator.url, '-m', model, '--allow-invalid', ...words.split(' ')], place());
const report = (...words: string[]) => tokenstorm(['report', ...words], place());

describe('tokenstorm report', { timeout: 60_000 }, () => {
  it.each([
    ['a run', '--rate 40 -d 3s', 0],
    ['a run of two processes', '--rate 40 -d 3s --processes 2', 0],
    ['a run whose threshold failed', '-c 4 -n 60 --threshold ttft:p(50)<1ms --warmup-request-count 3', 99],
    ['a run that a threshold stopped', '--rate 40 -d 20s --max-error-rate 0', 99],
  ])('of the log of %s prints what the run printed, byte for byte', async (title, words, exitCode) => {
    const model = title.replaceAll(' ', '-');
    if (words.includes('--max-error-rate')) {
      await simulator.setModels({
        [model]: { ttftMs: 5, itlMs: 1, tokens: 3, faults: { server_error: 0.1 } },
      });
    }
    const end = await run(model, `${words} --json`);
    expect(end.exitCode).toBe(exitCode);
    const { id } = reportOf(end).run;
    expect(end.stderr).toContain(`Snapshots kept: tokenstorm report ${id}\n`);
    const again = await report(id, '--json', '-o', 'again.json');
    expect(again.stdout).toBe(end.stdout);
    expect(again.exitCode).toBe(exitCode);
    expect(await readFile(join(folder.path, 'again.json'), 'utf8')).toBe(end.stdout);
    const fromFile = await report(`home/runs/${id}.snapshots.jsonl`, '--json');
    expect(fromFile.stdout).toBe(end.stdout);
  });

  it('prints the same text, from the log and from the JSON report', async () => {
    const end = await run('text', '-c 4 -n 80 -o text.json --snapshot-log kept/text.jsonl');
    expect(end.stderr).toContain(`Snapshots kept: tokenstorm report ${folder.path}/kept/text.jsonl`);
    expect((await report('kept/text.jsonl')).stdout).toBe(end.stdout);
    expect((await report('text.json')).stdout).toBe(end.stdout);
  });

  it('makes one report of several runs', async () => {
    const [one, two] = await Promise.all([
      run('first', '--rate 30 -d 2s --json --snapshot-log one.jsonl'),
      run('second', '-c 3 -n 45 --json --snapshot-log two.jsonl'),
    ]);
    const merged = reportOf(await report('one.jsonl', 'two.jsonl', '--json'));
    expect(merged.accounting).toMatchObject({ scheduled: 105, completed: 105, lost: 0 });
    expect(merged.groups.map(({ labels, accounting }) => [labels.model, accounting.completed])).toEqual([
      ['first', 60],
      ['second', 45],
    ]);
    for (const [index, end] of [one, two].entries()) {
      expect(merged.groups[index]!.metrics.ttft).toEqual(reportOf(end).groups[0]!.metrics.ttft);
    }
    expect(merged.notes[0]).toContain(`${reportOf(one).run.id}, ${reportOf(two).run.id}`);
  });

  it('refuses what it cannot read with one message', async () => {
    await writeFile(join(folder.path, 'other.txt'), 'hello\n');
    await writeFile(join(folder.path, 'half.json'), '{"schema":"tokenstorm.report/1","run":{}}');
    for (const [words, message] of [
      ['other.txt', 'other.txt is neither a snapshot log nor a report'],
      ['no-such-run', 'no-such-run is neither a file nor a run in '],
      ['half.json', 'half.json is not a whole report'],
      ['.', 'cannot read .: EISDIR'],
      ['text.json one.jsonl', 'percentiles of reports cannot be merged: text.json'],
    ] as const) {
      const { exitCode, stdout, stderr } = await report(...words.split(' '));
      expect({ words, exitCode, stdout }).toEqual({ words, exitCode: 2, stdout: '' });
      expect(stderr).toContain(`error: ${message}`);
    }
  });
});

describe('a run', { timeout: 60_000 }, () => {
  it('keeps nothing with --no-snapshot-log, and says nothing with --quiet', async () => {
    const before = await readdir(join(folder.path, 'home/runs'));
    const none = await run('none', '-n 3 --no-snapshot-log');
    expect(none.stderr).toBe('');
    expect(await readdir(join(folder.path, 'home/runs'))).toEqual(before);
    const quiet = await run('quiet', '-n 3 --quiet');
    expect(quiet.stderr).toBe('');
    expect((await readdir(join(folder.path, 'home/runs'))).length).toBe(before.length + 1);
  });

  it('goes on where the store cannot be written, and its report says so', async () => {
    const words = ['run', '-u', simulator.url, '-m', 'elsewhere', '-n', '3', '--json', '--allow-invalid'];
    const environment = { TOKENSTORM_HOME: '/proc/no-such-process' };
    const end = await tokenstorm(words, { environment });
    expect([end.exitCode, reportOf(end).accounting.completed]).toEqual([0, 3]);
    expect(end.stderr).toMatch(
      /^warning: cannot write the audit log .*\nwarning: cannot keep the run's snapshots in \/proc\/no-such-process\/runs\/.*\nwarning: this run is not in the history: .*\n$/,
    );
    expect(reportOf(end).notes.join('\n')).toContain("The run's snapshots were not kept to its end: ENOENT");
  });

  it('goes on where its files may grow no further in the middle of it', async () => {
    const words = [
      'run',
      '-u',
      simulator.url,
      '-m',
      'limited',
      '--rate',
      '300',
      '-d',
      '6s',
      '--json',
      '--allow-invalid',
    ];
    const files = ['--snapshot-log', 'limited.jsonl', '--export', 'csv=limited.csv'];
    // Blocks of 1 KiB; Node ignores the signal and gets EFBIG instead.
    const child = spawn(
      'bash',
      ['-c', 'ulimit -f 64; exec "$@"', 'bash', process.execPath, ...nodeWords(), ...words, ...files],
      {
        cwd: folder.path,
        env: { ...process.env, TOKENSTORM_HOME: folder.path },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const exited = once(child, 'exit');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect((await exited)[0]).toBe(0);
    const limited = JSON.parse(stdout) as Report;
    expect(limited.accounting.completed).toBe(1800);
    expect(stderr.match(/^warning: .*EFBIG/gm)?.length).toBe(2);
    expect(limited.notes.join('\n')).toMatch(
      /limited\.csv is incomplete: [\d,]+ of 1,800 requests are not in it/,
    );
    for (const name of ['limited.jsonl', 'limited.csv']) {
      expect((await stat(join(folder.path, name))).size).toBeLessThanOrEqual(64 * 1024);
    }
    // What it holds until then is a report all the same.
    const { exitCode, stdout: cut } = await report('limited.jsonl', '--json');
    expect(exitCode).toBe(97);
    expect((JSON.parse(cut) as Report).accounting.completed).toBeGreaterThan(100);
  });
});

describe('kill -9', { timeout: 60_000 }, () => {
  it.each([
    ['open', '--rate 40 -d 60s', 2300],
    ['closed', '-c 10 -d 60s', 3700],
    ['warming', '--rate 40 -d 60s --warmup-duration 1s', 2950],
  ])('of an embedded run (%s) loses at most the last second', async (model, words, afterMs) => {
    const path = join(folder.path, `${model}.jsonl`);
    const command = new CommandProcess(
      ['run', '-u', simulator.url, '-m', model, '--snapshot-log', path, '--quiet', ...words.split(' ')],
      place(),
    );
    await untilReceived(simulator.url, [model], 1);
    await sleep(afterMs);
    const killedAtMs = Number(process.hrtime.bigint()) / 1e6;
    command.signal('SIGKILL');
    expect((await command.ended).exitCode).toBeNull();
    const truth = await settledTruth(simulator, model);
    const end = await report(path, '--json');
    expect(end.exitCode).toBe(97);
    const found = reportOf(end);
    const { scheduled, completed, failed, dropped, lost, cancelled } = found.accounting;
    expect(scheduled).toBe(completed + failed + dropped + lost + cancelled);
    expect({ failed, dropped, cancelled }).toEqual({ failed: 0, dropped: 0, cancelled: 0 });
    expect(lost).toBeGreaterThan(0);
    const warmUp = /(\d+) requests? of the warm-up/.exec(found.notes.join('\n'))?.[1] ?? '0';
    const endedBefore = (atMs: number) =>
      truth.filter(({ outcome, end_at_ms }) => outcome === 'completed' && (end_at_ms ?? Infinity) < atMs)
        .length;
    expect(completed + Number(warmUp)).toBeGreaterThanOrEqual(endedBefore(killedAtMs - costMs));
    expect(completed).toBeLessThanOrEqual(endedBefore(killedAtMs));
    expect(scheduled + Number(warmUp)).toBeLessThanOrEqual(truth.length);
    expect(found).toMatchObject({ verdict: 'aborted', run: { stop_reason: 'infrastructure' } });
    expect(found.validity.level).not.toBe('valid');
    expect(found.validity.reasons.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['lost', 'incomplete']),
    );
    const texts = await report(path);
    expect(texts.stdout).toContain('Verdict: ABORTED.');
  });

  it('may cut the last line anywhere', async () => {
    const lines = await readFile(join(folder.path, 'open.jsonl'));
    const whole = reportOf(await report('open.jsonl', '--json'));
    await writeFile(join(folder.path, 'cut.jsonl'), lines.subarray(0, -300));
    const cut = reportOf(await report('cut.jsonl', '--json'));
    expect(cut.run.duration_s).toBe(whole.run.duration_s - 1);
    expect(cut.accounting.scheduled).toBeLessThan(whole.accounting.scheduled);
  });
});
