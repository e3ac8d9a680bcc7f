/**
 * Offers twice a limit for 100 s and looks at every window of 60 s in the simulator's own log: how much of the limit was
 * used, and whether any window had more than the limit and the bucket. Run: node --conditions=source test/bench/limits-minute.ts
 */
import type { TruthRecord } from '@tokenstorm/simulator';
import { runWithTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import { largestExcess, usedShare } from '../support/token-windows.ts';

const seconds = 100;
const minuteMs = 60_000;
const prompt = 'abcdefgh'.repeat(50);

interface Case {
  readonly model: string;
  readonly limits: object;
  readonly rate: number;
  /** What is looked at, with what it may be. */
  readonly count: (record: TruthRecord) => number;
  readonly perMinute: number;
  readonly bucket: number;
}

const cases: readonly Case[] = [
  {
    model: 'requests',
    limits: { requests_per_minute: 600 },
    rate: 20,
    count: () => 1,
    perMinute: 600,
    bucket: 10,
  },
  {
    model: 'tokens',
    limits: { tokens_per_minute: 60_000 },
    rate: 10,
    count: (record) => record.asked_tokens,
    perMinute: 60_000,
    bucket: 1000,
  },
];

await using simulator = await simulatorProcess(['--any-model']);
const quick = { ttftMs: 50, itlMs: 1, tokens: 100 };
await simulator.setModels(Object.fromEntries(cases.map(({ model }) => [model, quick])));
for (const line of await Promise.all(cases.map(measured))) console.log(line);

async function measured({ model, limits, rate, count, perMinute, bucket }: Case): Promise<string> {
  const provider = {
    name: 'own',
    type: 'openai-compatible',
    base_url: simulator.url,
    models: [model],
    limits,
  };
  const load = { executor: 'constant-arrival-rate', rate, duration: `${seconds}s`, max_in_flight: 10_000 };
  const { report, truth } = await runWithTruth({
    simulator,
    model,
    workloads: [{ ...load, graceful_stop: '1s', prompt, max_tokens: 100 }],
    scenario: { providers: [provider] },
  });
  const received = truth.map((record) => ({ atMs: record.received_at_ms, amount: count(record) }));
  const most = largestExcess(received, minuteMs, { perMinute, bucket }) + perMinute + bucket;
  const used = usedShare(received, [(seconds - 60) * 1000, seconds * 1000], perMinute);
  const { rate_limit_wait: wait, send_delay: delay } = report.metrics;
  return `${model}: most in 60 s ${most} (limit ${perMinute} + bucket ${bucket}), last 60 s used ${(100 * used).toFixed(2)} %, rate_limit_wait max ${wait?.max} ms, send_delay p99 ${delay?.p99} ms, ${report.validity.level}`;
}
