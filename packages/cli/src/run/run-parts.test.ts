import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricsSnapshot } from '@tokenstorm/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compactSnapshots } from './compact-snapshots.ts';
import { endedRun, headerOf, planOf, snapshotsOf } from './snapshot-log.fixture.ts';
import { snapshotEnd } from './snapshot-line.ts';
import type { SnapshotPart } from './snapshot-line.ts';
import { SnapshotLog } from './snapshot-log.ts';
import { replayReport } from './snapshot-replay.ts';

const seconds = 20;
const plan = { ...planOf(seconds), runId: 'one' };
const all = snapshotsOf(plan, seconds);

let folder = '';
let written = 0;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tokenstorm-parts-'))));
afterEach(() => rm(folder, { recursive: true }));

/** A log of these snapshots of the run; with `isEnd` the run's end too. */
async function part(
  kind: SnapshotPart['kind'],
  snapshots: readonly MetricsSnapshot[],
  isEnd = false,
): Promise<string> {
  const path = join(folder, `${(written += 1)}.jsonl`);
  const header = { ...headerOf(plan), part: { kind, by: 'p' } };
  const log = await SnapshotLog.start(path, header, { onProblem: expect.unreachable });
  log.event({ type: 'run-start', startAtEpochMs: 1_700_000_000_500.25 });
  for (const snapshot of snapshots) log.snapshot(snapshot);
  await (isEnd ? log.end(snapshotEnd(await endedRun(plan, all), [])) : log.close());
  return path;
}

/** Of the seconds from one to another, the last not included. */
const between = (from: number, to: number) =>
  all.filter(({ intervalStartMs }) => intervalStartMs >= from * 1000 && intervalStartMs < to * 1000);

async function reported(...paths: readonly string[]) {
  const { report } = await replayReport(paths);
  return report;
}

/** What must be the same, however the run is cut. */
async function figures(...paths: readonly string[]) {
  const { accounting, errors, histograms, thresholds, windows, verdict, validity } = await reported(...paths);
  const counts = windows.map(({ start_ms, accounting: counted }) => ({ start_ms, counted }));
  return { accounting, errors, histograms, thresholds, counts, verdict, validity };
}

async function compact(path: string): Promise<string> {
  const { size: endByte } = await stat(path);
  await compactSnapshots(path, `${path}.short`, { endByte, targetBytes: Infinity });
  return `${path}.short`;
}

describe('several logs of one run', () => {
  it('are parts of it, in whatever order they are given: what two of them have counts once', async () => {
    const whole = await figures(await part('beginning', all, true));
    const first = await part('beginning', between(0, 12));
    const second = await part('continuation', between(9, 20), true);
    expect(await figures(first, second)).toEqual(whole);
    expect(await figures(second, first)).toEqual(whole);
    expect(await figures(first, first, second)).toEqual(whole);
    const { run, notes } = await reported(first, second);
    expect(run).toMatchObject({ id: 'one', duration_s: 20 });
    expect(notes[0]).toBe('Put together from 2 files of the run one.');
  });

  it('add up with what a worker could not commit of one shard', async () => {
    const kept = all.filter(({ shard, sequence }) => shard === 0 || sequence <= 14);
    const left = all.filter(({ shard, sequence }) => shard === 1 && sequence > 11);
    const log = await part('beginning', kept);
    const whole = await reported(
      await part('continuation', between(5, 20), true),
      await part('beginning', all),
    );
    const report = await reported(log, await part('leftovers', left));
    expect(report.accounting).toEqual(whole.accounting);
    expect(report.histograms).toEqual(whole.histograms);
    // Nobody wrote how the run ended.
    expect(report.validity.reasons.map(({ code }) => code)).toEqual(['incomplete']);
  });

  it('may be compacted where they overlap', async () => {
    const { accounting, histograms } = await figures(await part('beginning', all, true));
    const first = await part('beginning', between(0, 12));
    const second = await compact(await part('continuation', between(9, 20), true));
    expect(await figures(first, second)).toMatchObject({ accounting, histograms });
  });

  it('with something missing between them are suspect, and what came after it is left out', async () => {
    const first = await part('beginning', between(0, 9));
    const second = await part('continuation', between(11, 20), true);
    const report = await reported(first, second);
    const counted = await reported(await part('beginning', between(0, 9)));
    expect(report.accounting).toEqual(counted.accounting);
    expect(report.validity.level).not.toBe('valid');
    expect(report.validity.reasons.find(({ code }) => code === 'incomplete')).toMatchObject({
      measured: 18,
      detail: expect.stringContaining('Of one 18 snapshots could not be added up') as string,
    });
  });

  it.each([
    ['continuation', /goes on where another log left off: the beginning of the run one is missing/],
    ['leftovers', /has what a worker could not commit: the beginning of the run one is missing/],
  ] as const)('are refused without the first: %s', async (kind, problem) => {
    const path = await part(kind, between(9, 20));
    await expect(replayReport([path])).rejects.toMatchObject({
      code: 'E_FILE',
      message: expect.stringMatching(problem) as string,
      hint: expect.stringContaining('Give the other logs of the run too') as string,
    });
  });

  it('are refused where one is damaged', async () => {
    const first = await part('beginning', between(0, 9));
    const second = join(folder, 'cut');
    await writeFile(second, `${JSON.stringify({ ...headerOf(plan) })}\n{"begin":{"shard":"x"}}\n`);
    await expect(replayReport([first, second])).rejects.toThrow(/line 2 is damaged/);
  });
});
