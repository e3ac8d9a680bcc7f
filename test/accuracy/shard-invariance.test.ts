import { SeriesRecorder, SeriesTotals, trendDefinitions } from '@tokenstorm/core';
import type { RequestRecord, SeriesLabels, SeriesSum } from '@tokenstorm/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runScenario } from '../support/run.ts';
import type { RunOutcome } from '../support/run.ts';
import { sampleRecord, seededRandom } from '../support/sample-records.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { expectGaps, expectLatency } from '../support/timing-tolerance.ts';
import { quantileOf, readTruth, truthOf } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';
import { truthTimes } from '../support/truth-times.ts';

const shardCounts = [1, 3, 8];
const users = { requests: 90, concurrency: 4 };

/** Every arrival of a region has a prompt of its own, so that the log shows which arrival each request was. */
const prompts = Array.from({ length: 200 }, (_, row) => JSON.stringify({ prompt: `Question ${row}` })).join('\n');

const scenario = (url: string) => {
  const server = { type: 'openai-compatible', base_url: url };
  return {
    name: 'shard-invariance',
    seed: 7,
    regions: { east: '60%', west: '40%' },
    providers: [
      { ...server, name: 'first', models: ['open'] },
      { ...server, name: 'second', models: ['closed'] },
    ],
    defaults: { prompts: { path: 'prompts.jsonl' } },
    workload: {
      scenarios: [
        {
          name: 'open',
          providers: ['first'],
          executor: 'constant-arrival-rate',
          rate: 50,
          duration: '3s',
          arrivals: 'poisson',
        },
        { name: 'closed', providers: ['second'], ...users },
      ],
    },
  };
};

interface Live {
  readonly run: RunOutcome;
  readonly open: readonly Truth[];
  readonly closed: readonly Truth[];
}

describe('live runs of one scenario in 1, 3 and 8 shards', () => {
  let simulator: SimulatorProcess;
  const lives = new Map<number, Live>();

  async function measure(shards: number): Promise<void> {
    await simulator.reset();
    const flags = ['--shards', String(shards)];
    const run = await runScenario(scenario(simulator.url), { flags, files: { 'prompts.jsonl': prompts } });
    const truth = await readTruth(simulator.url);
    lives.set(shards, { run, open: truthOf(truth, 'open', true), closed: truthOf(truth, 'closed', true) });
  }

  function live(shards: number): Live {
    const found = lives.get(shards);
    if (found === undefined) throw new Error(`There was no run in ${shards} shards.`);
    return found;
  }

  beforeAll(async () => {
    simulator = await simulatorProcess();
    const jittered = { ttftMs: { lognormal: { medianMs: 60, sigma: 0.3 } }, itlMs: 10, tokens: 8 };
    await simulator.setModels({ open: jittered, closed: jittered });
    for (const shards of shardCounts) await measure(shards);
  });

  afterAll(() => simulator.close());

  it.each(shardCounts)('%d: the report accounts for exactly the requests that the server received', (shards) => {
    const { run, open, closed } = live(shards);
    expect(closed).toHaveLength(users.requests);
    const received = open.length + closed.length;
    const none = { failed: 0, dropped: 0, lost: 0, cancelled: 0 };
    expect(run.report.accounting).toEqual({ ...none, scheduled: received, completed: received });
  });

  it.each([3, 8])('%d: exactly the arrivals of one shard', (shards) => {
    const [one, many] = [live(1).open, live(shards).open];
    expect(one.length).toBeGreaterThan(100);
    expect(many.map((record) => record.body_hash).toSorted()).toEqual(
      one.map((record) => record.body_hash).toSorted(),
    );
    expect(countsByRegion(live(shards))).toEqual(countsByRegion(live(1)));
  });

  it.each([3, 8])('%d: each of them at its moment', (shards) => {
    const shifts = shiftsMs(live(1).open, live(shards).open);
    const middle = quantileOf(shifts, 0.5);
    const strays = shifts.map((shift) => Math.abs(shift - middle));
    // Poisson arrivals of another seed are hundreds of ms away from these.
    expect(quantileOf(strays, 0.9)).toBeLessThan(10);
  });

  describe.each(shardCounts)('%d shards', (shards) => {
    beforeEach(async ({ task }) => {
      if ((task.result?.retryCount ?? 0) > 0) await measure(shards);
    });

    // What a busy machine spoils is measured anew; what is wrong is wrong each time.
    it.each(['open', 'closed'] as const)('%s: quantiles within the tolerance of the truth log', { retry: 2 }, (name) => {
      const times = truthTimes(live(shards)[name]);
      const { report } = live(shards).run;
      // One region is compared where the log can tell it from the other: together they are one distribution.
      const { metrics } = together(report.groups.filter(({ labels }) => labels.scenario === name));
      expectLatency(metrics.ttft, times.ttft);
      expectLatency(metrics.e2e, times.e2e);
      expectGaps(metrics.icl, times.gaps);
    });
  });
});
