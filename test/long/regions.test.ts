import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MetricSummary, Report } from '@tokenstorm/core';
import { Fleet, until } from '../support/fleet.ts';
import { fleetScenario, steady, users } from '../support/fleet-scenario.ts';
import { loggedCalls } from '../support/logged-calls.ts';
import type { LoggedCall } from '../support/logged-calls.ts';
import { RegionNetwork } from '../support/region-network.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { expectGaps, expectLatency, noiseIn } from '../support/timing-tolerance.ts';
import { truthTimes } from '../support/truth-times.ts';
import { quantileOf, readNoise, readTruth } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';

/** From each region to the one server, and to Redis beside it: 5 and 80 ms there and back. */
const oneWayMs = { near: 2.5, far: 40 } as const;
type Region = keyof typeof oneWayMs;
const regions = ['near', 'far'] as const;

/** Requests a second of both regions together: each sends every 50 ms, and the two take turns. */
const openRate = 40;
const limitedRate = 20;
const seconds = 8;

/** Nobody sets the clocks of the far machines: they are a minute and a half ahead. */
const clockAhead = {
  NODE_OPTIONS: `--import=${fileURLToPath(new URL('../support/skewed-clock.ts', import.meta.url))}`,
  CLOCK_SKEW_MS: '90000',
};

/** What a busy machine spoils is measured anew; what is wrong is wrong each time. */
const timing = { retry: 2, timeout: 60_000 };

describe('a run of regions at unlike distances', () => {
  const parts = new AsyncDisposableStack();
  let simulator: SimulatorProcess;
  let fleet: Fleet;
  let measured: Measured;

  beforeAll(async () => {
    const network = parts.use(await RegionNetwork.open(oneWayMs));
    const { address, inside } = network.hub;
    simulator = parts.use(await simulatorProcess(['--host', address], { inside }));
    const jittered = { ttftMs: { lognormal: { medianMs: 60, sigma: 0.3 } }, itlMs: 10, tokens: 8 };
    await simulator.setModels({ open: jittered, closed: jittered, limited: jittered });
    fleet = parts.use(await Fleet.start({ network }));
    fleet.worker('near', [], { WORKER_NAME: 'near' });
    farWorker('far');
    await fleet.ready();
    measured = await measure();
  }, 120_000);

  afterAll(async () => {
    await parts[Symbol.asyncDispose]();
  });

  const farWorker = (name: string) => fleet.worker('far', [], { WORKER_NAME: name, ...clockAhead });

  async function measure(): Promise<Measured> {
    await simulator.reset();
    const { report } = await (await fleet.run(scenarioOf(simulator.url, seconds))).end();
    const truth = await readTruth(simulator.url);
    const noiseMs = noiseIn(report, await readNoise(simulator.url));
    return { report, truth, noiseMs, calls: await loggedCalls(fleet.home, report.run.id) };
  }

  /** What was measured; anew for a test that is tried again. */
  async function run({ result }: { readonly result?: { readonly retryCount?: number } }): Promise<Measured> {
    if ((result?.retryCount ?? 0) > 0) measured = await measure();
    return measured;
  }

  it('completes every request of both', timing, async ({ task }) => {
    const { report, truth } = await run(task);
    expect(report.accounting).toEqual(allCompleted(truth.length));
    for (const region of regions) expect(of(region, 'open', truth)).toHaveLength((openRate * seconds) / 2);
  });

  describe.each(['open', 'closed'])('%s loop', (model) => {
    it('has the times of the server and what the network adds to them', timing, async ({ task }) => {
      const { report, truth, noiseMs } = await run(task);
      for (const region of regions) {
        const sent = of(region, model, truth);
        const metrics = metricsOf(report, region, model);
        const { ttft, ttfb, gaps } = truthTimes(sent);
        const seen = (values: readonly number[]) => values.map((ms, at) => ms + networkMs(region, sent[at]!));
        expectLatency(metrics.ttft, { values: seen(ttft), noiseMs });
        expectLatency(metrics.ttfb, { values: seen(ttfb), noiseMs });
        expectGaps(metrics.icl, { values: gaps, noiseMs });
      }
    });

    it('has the time of new connections where they were made', timing, async ({ task }) => {
      const { report, truth, noiseMs } = await run(task);
      for (const region of regions) {
        const values = of(region, model, truth)
          .filter(isFirst)
          .map(() => 2 * oneWayMs[region]);
        expectLatency(metricsOf(report, region, model).tcp, { values, noiseMs });
      }
    });
  });

  it('has a TTFT in the far region that is later by what the network adds', timing, async ({ task }) => {
    const { report, truth, noiseMs } = await run(task);
    const [near, far] = regions.map((region) => {
      const { ttft } = truthTimes(of(region, 'open', truth));
      return (metricsOf(report, region, 'open').ttft?.p50 ?? NaN) - quantileOf(ttft, 0.5);
    });
    expect(Math.abs(far! - near! - 75)).toBeLessThan(3 + noiseMs);
  });

  it('has the percentiles of all values together', timing, async ({ task }) => {
    const { report, calls } = await run(task);
    expect(calls).toHaveLength(report.accounting.completed);
    expectPooled(report.metrics, calls);
    for (const { labels, metrics } of report.groups) {
      const { region, scenario } = labels;
      expectPooled(
        metrics,
        calls.filter((call) => call.labels.region === region && call.labels.scenario === scenario),
      );
    }
  });

  it('starts both within 5 ms of each other, however far away Redis is', timing, async ({ task }) => {
    const { truth } = await run(task);
    const [near, far] = regions.map((region, place) => {
      const origins = of(region, 'open', truth).flatMap((record, index) => {
        const dueMs = ((2 * index + place) * 1000) / openRate;
        // The first request of each connection is later by its making.
        return isFirst(record) ? [] : [record.received_at_ms - oneWayMs[region] - dueMs];
      });
      // Of those that were held up least: what holds them up is the machine, which has both regions on it.
      return quantileOf(origins, 0.1);
    });
    expect(Math.abs(far! - near!)).toBeLessThan(5);
  });

  it('lets users of the far region begin as soon as those of the near one', timing, async ({ task }) => {
    const { truth } = await run(task);
    const [near, far] = regions.map((region) => {
      const [first] = of(region, 'closed', truth);
      return first!.received_at_ms - 3 * oneWayMs[region];
    });
    expect(far! - near!).toBeLessThan(40);
  });

  it('does not doubt clocks for the distance alone, and tells of it', timing, async ({ task }) => {
    const { report } = await run(task);
    const { clock_error_ms: errorMs, clock_error_bound_ms: boundMs } = report.generator;
    expect(errorMs).toBeLessThan(5);
    expect(boundMs).toBeGreaterThanOrEqual(40);
    expect(boundMs).toBeLessThan(45);
    expect(report.validity.reasons.map(({ code }) => code)).not.toContain('clock_error');
    expect(report.notes.join()).toMatch(/8\d(\.\d)? ms from Redis, there and back/);
  });

  it('keeps a limit of both in Redis without waiting for Redis', timing, async ({ task }) => {
    const { report, noiseMs } = await run(task);
    for (const region of regions) {
      const wait = metricsOf(report, region, 'limited').rate_limit_wait;
      expect(wait?.count).toBe((limitedRate * seconds) / 2);
      // The first ones find nothing leased ahead, and wait for it.
      expect(wait?.p90).toBeLessThan(5 + noiseMs);
    }
  });

  it(
    'loses nothing where a worker joins the far region in the middle, and the other one leaves',
    { retry: 1, timeout: 120_000 },
    async () => {
      await simulator.reset();
      const leaving = fleet.workers.at(-1)!;
      const joining = `far-${fleet.workers.length}`;
      const leading = await fleet.run(scenarioOf(simulator.url, 60));
      await until('the first requests', async () => (await simulator.records()).length > 0);
      farWorker(joining);
      await until('requests of the new worker', async () =>
        (await simulator.records()).some(({ client }) => client === joining),
      );
      leaving.signal('SIGTERM');
      expect((await leaving.ended).exitCode).toBe(0);
      leading.process.signal('SIGINT');
      const { report } = await leading.end();
      const truth = await readTruth(simulator.url);
      expect(report.accounting).toEqual(allCompleted(truth.length));
      expect(report.gaps).toEqual([]);
      expect(new Set(truth.map(({ model, body_hash: hash }) => `${model} ${hash}`)).size).toBe(truth.length);
    },
  );
});

interface Measured {
  readonly report: Report;
  readonly truth: readonly Truth[];
  readonly calls: readonly LoggedCall[];
  readonly noiseMs: number;
}

/** An open and a closed loop, and one with a limit of ten times as much as it sends: what waits for that waits for the way to Redis. */
function scenarioOf(url: string, durationSeconds: number): object {
  const loads = {
    open: steady(openRate, durationSeconds),
    // No part of the load has more requests in a second than its log keeps: see `loggedCalls`.
    closed: { ...users(8, durationSeconds), think_time: '200ms' },
    limited: steady(limitedRate, durationSeconds),
  };
  const server = { type: 'openai-compatible', base_url: url };
  const limits = { requests_per_minute: 10 * 60 * limitedRate };
  return fleetScenario(url, loads, {
    regions: { near: '50%', far: '50%' },
    providers: [
      { ...server, name: 'to-open', models: ['open'] },
      { ...server, name: 'to-closed', models: ['closed'] },
      { ...server, name: 'to-limited', models: ['limited'], limits },
    ],
    defaults: {
      headers: { 'x-client': '${WORKER_NAME}' },
      synthetic: { input_tokens: 24, unique: true },
      graceful_stop: '20s',
    },
  });
}

function allCompleted(count: number): Report['accounting'] {
  return { scheduled: count, completed: count, failed: 0, dropped: 0, lost: 0, cancelled: 0 };
}

/** The first worker of each region is named after it; every later one that goes on in its place begins with that name. */
function of(region: Region, model: string, truth: readonly Truth[]): readonly Truth[] {
  return truth.filter((record) => record.client?.startsWith(region) === true && record.model === model);
}

function isFirst({ request_on_connection: place }: Truth): boolean {
  return place === 1;
}

/** To the server and back; and once more where a connection is made, which is part of the latency. */
function networkMs(region: Region, record: Truth): number {
  return 2 * oneWayMs[region] * (isFirst(record) ? 2 : 1);
}

function metricsOf({ groups }: Report, region: Region, scenario: string): Report['metrics'] {
  const group = groups.find(({ labels }) => labels.region === region && labels.scenario === scenario);
  if (group === undefined) throw new Error(`No group ${region} ${scenario}.`);
  return group.metrics;
}

/** Exactly the percentiles of these requests, to the bucket: a histogram gives its upper end, at most 1/1024 above the value. */
function expectPooled({ ttft, e2e }: Report['metrics'], calls: readonly LoggedCall[]): void {
  const expectOf = (summary: MetricSummary | undefined, values: readonly number[]) => {
    expect(summary?.count).toBe(values.length);
    for (const [name, quantile] of [['p50', 0.5] as const, ['p90', 0.9] as const, ['p99', 0.99] as const]) {
      const value = quantileOf(values, quantile);
      expect(summary?.[name]).toBeGreaterThanOrEqual(value - 0.001);
      expect(summary?.[name]).toBeLessThanOrEqual(value * (1 + 1 / 1024) + 0.001);
    }
  };
  expectOf(
    ttft,
    calls.map(({ ttftMs }) => ttftMs),
  );
  expectOf(
    e2e,
    calls.map(({ e2eMs }) => e2eMs),
  );
}
