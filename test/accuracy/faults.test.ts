import type { Report, ReportGroup } from '@tokenstorm/core';
import { faultKinds } from '@tokenstorm/simulator';
import type { FaultKind, FaultRates } from '@tokenstorm/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScenario } from '../support/run.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { readTruth, truthOf } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';
import { connectionsUsed, staleRequests, truthFailures, truthFaults } from '../support/truth-failures.ts';
import { truthTokens } from '../support/truth-tokens.ts';

const requests = 2000;
const ratio = 0.05;
const burst = { ttftMs: 0, itlMs: 0, tokens: 8, burst: true };
/** Far above what an answer takes on a busy machine. */
const patienceMs = 2000;

/** Every fault at 5 %, but the one that a client may answer by sending the request again. */
const unmistakable = faultKinds.filter((kind) => kind !== 'reset_before');
const each = (kinds: readonly FaultKind[]): FaultRates =>
  Object.fromEntries(kinds.map((kind) => [kind, ratio]));

interface Workload {
  readonly name: string;
  readonly requests: number;
  readonly concurrency: number;
  readonly stream?: boolean;
  readonly timeouts?: object;
}

function scenario(url: string, workloads: readonly Workload[]) {
  const models = workloads.map(({ name }) => name);
  return {
    name: 'faults',
    providers: models.map((model) => ({
      name: model,
      type: 'openai-compatible',
      base_url: url,
      models: [model],
    })),
    defaults: {
      prompt: 'What could go wrong?',
      timeouts: { first_token: `${patienceMs}ms`, idle: `${patienceMs}ms` },
    },
    workload: { scenarios: workloads.map((workload) => ({ ...workload, providers: [workload.name] })) },
  };
}

function groupOf(report: Report, name: string): ReportGroup {
  const group = report.groups.find(({ labels }) => labels.scenario === name);
  if (group === undefined) throw new Error(`The report has no group ${name}.`);
  return group;
}

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);

let simulator: SimulatorProcess;

beforeAll(async () => {
  simulator = await simulatorProcess();
});

afterAll(() => simulator.close());

/** Runs the workloads against models of their names. */
async function run(
  models: Parameters<SimulatorProcess['setModels']>[0],
  workloads: readonly Workload[],
): Promise<{ report: Report; truth: readonly Truth[] }> {
  await simulator.setModels(models);
  await simulator.reset();
  const { report } = await runScenario(scenario(simulator.url, workloads));
  return { report, truth: await readTruth(simulator.url) };
}

describe('every fault at 5 %', () => {
  let report: Report;
  let truth: readonly Truth[];

  beforeAll(async () => {
    const faulty = { ...burst, faults: each(unmistakable) };
    ({ report, truth } = await run({ streamed: faulty, whole: faulty }, [
      { name: 'streamed', requests, concurrency: 100 },
      { name: 'whole', requests, concurrency: 100, stream: false, timeouts: { total: `${patienceMs}ms` } },
    ]));
  }, 90_000);

  it('really happens, each of them', () => {
    for (const stream of [true, false]) {
      const faults = truthFaults(truthOf(truth, stream ? 'streamed' : 'whole', stream));
      // Five standard deviations of a share of 5 % in 2,000 requests.
      const spread = 5 * Math.sqrt(requests * ratio * (1 - ratio));
      expect(Object.keys(faults).toSorted()).toEqual(unmistakable.toSorted());
      for (const count of Object.values(faults))
        expect(Math.abs(count - requests * ratio)).toBeLessThan(spread);
    }
  });

  it('sends the requests asked for, and none again', () => {
    expect(truth).toHaveLength(2 * requests);
    expect(report.retries).toMatchObject({ attempts: 2 * requests, stale_reconnects: 0 });
    expect(report.generator.connections_opened).toBe(connectionsUsed(truth));
  });

  it('reports each failure once, under its kind', () => {
    expect(report.errors).toEqual(truthFailures(truth));
    expect(Object.keys(report.error_examples).toSorted()).toEqual(Object.keys(report.errors).toSorted());
  });

  it.each(['streamed', 'whole'])(
    '%s: completes what met no fault, or a harmless one, and counts its tokens',
    (name) => {
      const own = truthOf(truth, name, name === 'streamed');
      const failed = sum(truthFailures(own));
      const { accounting, tokens } = groupOf(report, name);
      const none = { dropped: 0, lost: 0, cancelled: 0 };
      expect(accounting).toEqual({ ...none, scheduled: requests, failed, completed: requests - failed });
      expect(truthTokens(own).completed).toBe(requests - failed);
      expect(tokens.output).toBe(truthTokens(own).outputTokens);
    },
  );
});

describe('a reset before the first byte of the answer', () => {
  it('on a connection that was used before: the request is sent again, once, and counted', async () => {
    const faulty = { ...burst, faults: { reset_before: ratio } };
    const { report, truth } = await run({ reused: faulty }, [{ name: 'reused', requests, concurrency: 50 }]);
    expect(staleRequests(truth)).toBeGreaterThan(50);
    expect(report.retries.stale_reconnects).toBe(staleRequests(truth));
    expect(truth).toHaveLength(requests + report.retries.stale_reconnects);
    // What is sent again goes over a fresh connection, where the next reset is one.
    expect(report.errors).toEqual(truthFailures(truth));
    expect(report.accounting).toMatchObject({ scheduled: requests, failed: report.errors['reset'] ?? 0 });
  });

  it('on a fresh connection: a failure, and never sent again', async () => {
    const faulty = { ...burst, framing: 'close' as const, faults: { reset_before: ratio } };
    const { report, truth } = await run({ fresh: faulty }, [
      { name: 'fresh', requests: 600, concurrency: 30 },
    ]);
    expect(truth).toHaveLength(600);
    expect(report.retries.stale_reconnects).toBe(0);
    expect(report.errors).toEqual({ reset: truthFaults(truth)['reset_before'] });
    expect(report.error_examples['reset']).toContain('before a response');
  });
});

describe('a reset after the first byte of the answer', () => {
  it('is a failure, on whatever connection, and never sent again', async () => {
    const faulty = { ...burst, faults: { reset_after: ratio } };
    const { report, truth } = await run({ after: faulty }, [
      { name: 'after', requests: 600, concurrency: 30 },
    ]);
    expect(truth).toHaveLength(600);
    expect(report.retries.stale_reconnects).toBe(0);
    expect(report.errors).toEqual({ reset: truthFaults(truth)['reset_after'] });
    expect(report.error_examples['reset']).toContain('inside the response');
  });
});
