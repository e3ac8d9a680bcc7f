import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricsSnapshot, Report } from '@tokenstorm/core';
import { compactSnapshots } from './compact-snapshots.ts';
import { reportOf } from './report-of.ts';
import { endedRun, planOf, snapshotOf, snapshotsOf, writeLog } from './snapshot-log.fixture.ts';
import { SnapshotLogFile } from './snapshot-log-file.ts';
import { replayReport } from './snapshot-replay.ts';
import { writerPlan } from './snapshot-writer.fixture.ts';

const writerMain = fileURLToPath(new URL('./snapshot-writer.fixture.ts', import.meta.url));

const seconds = 130;
const plan = planOf(seconds);
const snapshots = snapshotsOf(plan, seconds);

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenstorm-compaction-'));
  path = join(folder, 'run.snapshots.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const replayed = async (from = path) => (await replayReport([from])).report;

/** What must stay exactly what it is; means and the like differ in their last bits, as sums do in another order. */
function exact(report: Report) {
  const summaries = Object.entries(report.metrics).map(([name, { mean: _mean, std: _std, ...rest }]) => [
    name,
    rest,
  ]);
  const { accounting, errors, histograms, retries, thresholds, throughput, run, verdict } = report;
  return { summaries, accounting, errors, histograms, retries, thresholds, throughput, run, verdict };
}

async function intervalsOf(from: string) {
  const log = await SnapshotLogFile.open(from);
  const found: MetricsSnapshot[] = [];
  for await (const { snapshot } of log!.snapshots()) found.push(snapshot);
  return { intervalMs: log!.header.intervalMs, snapshots: found };
}

/** Resolves when the log has been compacted. */
async function compacted(): Promise<void> {
  while ((await SnapshotLogFile.open(path))?.header.intervalMs === plan.snapshotIntervalMs) await sleep(20);
}

describe('compactSnapshots', () => {
  it('merges intervals as long as it must, and changes no sum and no percentile', async () => {
    const run = await endedRun(plan, snapshots);
    await writeLog(path, plan, snapshots, { run });
    const before = await replayed();
    const { size } = await stat(path);
    const shorter = join(folder, 'shorter');
    for (const targetBytes of [size, size / 3, size / 6, 0]) {
      await compactSnapshots(path, shorter, { endByte: size, targetBytes });
      expect(exact(await replayed(shorter))).toEqual(exact(before));
      if (targetBytes > 0) expect((await stat(shorter)).size).toBeLessThanOrEqual(targetBytes);
    }
    const shortest = await intervalsOf(shorter);
    // The warm-up of 3 s stands apart from the rest.
    expect(
      shortest.snapshots.map(({ shard, intervalStartMs, intervalMs }) => [
        shard,
        intervalStartMs,
        intervalMs,
      ]),
    ).toEqual([
      [0, 0, 3000],
      [1, 0, 3000],
      [0, 3000, 127_000],
      [1, 3000, 127_000],
    ]);
  });

  it('leaves the windows of 5 s of the report what they are at first; later they get longer, and none is lost', async () => {
    await writeLog(path, plan, snapshots, { run: await endedRun(plan, snapshots) });
    const before = await replayed();
    const shorter = join(folder, 'shorter');
    const endByte = (await stat(path)).size;
    await compactSnapshots(path, shorter, { endByte, targetBytes: Infinity });
    const five = await replayed(shorter);
    const counts = ({ windows }: Report) => windows.map(({ start_ms, accounting }) => [start_ms, accounting]);
    expect(counts(five)).toEqual(counts(before));
    await compactSnapshots(shorter, path, { endByte: (await stat(shorter)).size, targetBytes: Infinity });
    const ten = await replayed(path);
    expect(new Set(ten.windows.map(({ duration_ms }) => duration_ms))).toEqual(new Set([10_000]));
    const sum = ten.windows.reduce((total, { accounting }) => total + accounting.completed, 0);
    expect(sum).toBe(before.accounting.completed);
  });

  it('judges thresholds over windows as the run did', async () => {
    const run = await endedRun(plan, snapshots);
    await writeLog(path, plan, snapshots, { run });
    const shorter = join(folder, 'shorter');
    await compactSnapshots(path, shorter, { endByte: (await stat(path)).size, targetBytes: 0 });
    expect((await replayed(shorter)).thresholds).toEqual(reportOf(plan, run, []).thresholds);
  });
});

describe('a snapshot log that grows too long', () => {
  it(
    'is compacted while it is written, again and again, and adds up to the same',
    { timeout: 60_000 },
    async () => {
      const run = await endedRun(plan, snapshots);
      await writeLog(join(folder, 'whole'), plan, snapshots, { run, notes: ['checked'] });
      const whole = await stat(join(folder, 'whole'));
      await writeLog(path, plan, snapshots, { run, notes: ['checked'], maxBytes: whole.size / 6 });
      const { intervalMs } = await intervalsOf(path);
      expect(intervalMs).toBeGreaterThanOrEqual(5000);
      expect((await stat(path)).size).toBeLessThan(whole.size);
      expect(exact(await replayed())).toEqual(exact(await replayed(join(folder, 'whole'))));
      expect((await readdir(folder)).toSorted((a, b) => a.localeCompare(b))).toEqual([
        'run.snapshots.jsonl',
        'whole',
      ]);
    },
  );

  it(
    'loses nothing to a kill at any moment: what was written before is in the log',
    { timeout: 60_000 },
    async () => {
      let longestMs = 0;
      for (const killAfterMs of [150, 700, undefined]) {
        await rm(path, { force: true });
        const child = spawn(
          process.execPath,
          ['--conditions=source', '--disable-warning=ExperimentalWarning', writerMain, path],
          { stdio: ['ignore', 'pipe', 'inherit'] },
        );
        const exited = once(child, 'exit');
        let written = 0;
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          const last = text.trimEnd().split('\n').at(-1);
          written = Number(last);
        });
        await once(child.stdout, 'data');
        await (killAfterMs === undefined ? compacted() : sleep(killAfterMs));
        child.kill('SIGKILL');
        await exited;
        const found = await intervalsOf(path);
        longestMs = Math.max(longestMs, found.intervalMs);
        const sequences = new Map<number, number>();
        for (const { shard, sequence, intervalMs } of found.snapshots)
          if (intervalMs > 0) sequences.set(shard, sequence);
        expect(written).toBeGreaterThan(5);
        expect(sequences.get(0)).toBeGreaterThanOrEqual(written);
        const completed = found.snapshots.reduce(
          (sum, { series }) => sum + series.reduce((part, { accounting }) => part + accounting.completed, 0),
          0,
        );
        const expected = Array.from({ length: sequences.get(0)! }, (_, second) =>
          snapshotOf(writerPlan, 0, second),
        );
        expect(completed).toBe(
          expected.reduce((sum, { series }) => sum + series[0]!.accounting.completed, 0),
        );
      }
      expect(longestMs).toBeGreaterThanOrEqual(5000);
    },
  );
});
