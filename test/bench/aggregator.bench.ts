/**
 * What folding a large run costs (goal G8): 1,000 shards' snapshots a second, over a simulated clock, with a checkpoint for every
 * 5,000 snapshots. Run: node --conditions=source --expose-gc test/bench/aggregator.bench.ts [MINUTES] [HISTOGRAMS]
 */
import { Aggregator } from '@tokenstorm/aggregator';
import type { AggregationLease, Log, LogEntry, MetricsSnapshot, RunEvent } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import { largePlan, largeSeries, largeSnapshot } from '../support/large-run.ts';
import { print } from '../support/stopwatch.ts';

const shards = 1000;
const [minutes = 5, histograms = 8] = process.argv.slice(2).map(Number);
const seconds = minutes * 60;
const checkpointEvery = 5000;
const plan = largePlan('bench', shards, seconds);

const figures = {
  folded: 0,
  checkpoints: 0,
  stateMs: 0,
  worstStateMs: 0,
  stateBytes: 0,
  worstSecondMs: 0,
  memoryMiB: [] as number[],
};

/** One snapshot of each shard for each second; notes what a second took to fold, and the memory after each minute. */
async function* entries(): AsyncGenerator<LogEntry<MetricsSnapshot>> {
  const series = largeSeries(histograms);
  let sinceMs = performance.now();
  for (let second = 0; second < seconds; second += 1) {
    for (let shard = 0; shard < shards; shard += 1) {
      const value = largeSnapshot(plan, shard, second, series.next().value);
      yield { id: String(second * shards + shard + 1), value };
    }
    const nowMs = performance.now();
    // The first seconds are those of the compiler.
    if (second > 10) figures.worstSecondMs = Math.max(figures.worstSecondMs, nowMs - sinceMs);
    if (second % 60 === 59) noteMemory();
    sinceMs = performance.now();
  }
}

function noteMemory(): void {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  figures.memoryMiB.push((heapUsed + arrayBuffers) / 2 ** 20);
}

const lease: AggregationLease = {
  plan,
  mayStillWrite: () => true,
  endEpoch: async () => undefined,
  advance: async (_id, state) => {
    figures.folded += 1;
    if (figures.folded % checkpointEvery !== 0) return true;
    const startMs = performance.now();
    figures.stateBytes = state().length;
    const tookMs = performance.now() - startMs;
    figures.checkpoints += 1;
    figures.stateMs += tookMs;
    figures.worstStateMs = Math.max(figures.worstStateMs, tookMs);
    return true;
  },
};

function unused(): never {
  throw new Error('nothing asks for this');
}

async function* none(): AsyncGenerator<LogEntry<RunEvent>> {}

const snapshots: Log<MetricsSnapshot> = { append: unused, trim: unused, read: entries };
const events: Log<RunEvent> = { append: unused, trim: unused, read: none };
const transport = { snapshots: () => snapshots, events: () => events };
let windows = 0;
const onWindow = () => void (windows += 1);
const startMs = performance.now();
const startCpu = process.cpuUsage();
const aggregator = new Aggregator({ lease, transport, clock: systemClock, isAlone: true, onWindow });
const result = await aggregator.run(new AbortController().signal);
const cpu = process.cpuUsage(startCpu);
const { completed, lost } = result.totals.figures().accounting;
if (completed !== seconds * shards * 10 || lost !== 0)
  throw new Error(`${completed} completed, ${lost} lost`);

print(
  `1,000 snapshots a second with ${histograms} histograms each: a second of the run`,
  (performance.now() - startMs) / seconds,
  'ms',
);
print('  share of one core', (cpu.user + cpu.system) / 1e6 / seconds, '', 1);
print('  slowest second, which is the lag', figures.worstSecondMs, 'ms', 1000);
print('  checkpoint, mean', figures.stateMs / figures.checkpoints, 'ms');
print('  checkpoint, slowest', figures.worstStateMs, 'ms');
print(`  checkpoint after ${minutes} minutes`, figures.stateBytes / 1024, 'KiB');
print('  windows given away', windows, '');
const step = Math.max(1, Math.floor(minutes / 6));
const memory = figures.memoryMiB.filter((_, minute) => minute % step === 0).map((part) => part.toFixed(1));
process.stdout.write(`  memory, every ${step} minutes: ${memory.join(', ')} MiB\n`);
