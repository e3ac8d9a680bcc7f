import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialectNames } from '../support/dialects.ts';
import {
  burst,
  faultRates,
  faultRatio,
  faultyRun,
  groupOf,
  unmistakableFaults,
} from '../support/faulty-run.ts';
import type { FaultyRun, FaultyWorkload } from '../support/faulty-run.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { truthOf } from '../support/truth.ts';
import { connectionsUsed, staleRequests, truthFailures, truthFaults } from '../support/truth-failures.ts';
import { truthTokens } from '../support/truth-tokens.ts';

const requests = 500;
const faulty = { ...burst, faults: faultRates(unmistakableFaults) };

/** Each dialect, streamed and not. */
const workloads: readonly FaultyWorkload[] = dialectNames.flatMap((dialect) =>
  [true, false].map((stream) => {
    const name = `${dialect} ${stream ? 'streamed' : 'whole'}`;
    return { name, dialect, behaviour: faulty, requests, concurrency: 60, stream };
  }),
);

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);

let simulator: SimulatorProcess;

beforeAll(async () => {
  simulator = await simulatorProcess();
});

afterAll(() => simulator.close());

describe('every fault at 5 %', () => {
  let run: FaultyRun;

  beforeAll(async () => {
    run = await faultyRun(simulator, workloads);
  }, 90_000);

  it('sends the requests asked for, and none again', () => {
    const asked = workloads.length * requests;
    expect(run.truth).toHaveLength(asked);
    expect(run.report.retries).toMatchObject({ attempts: asked, stale_reconnects: 0 });
    expect(run.report.generator.connections_opened).toBe(connectionsUsed(run.truth));
  });

  it('reports each failure once, under its kind, with an example', () => {
    const { errors, error_examples } = run.report;
    expect(errors).toEqual(truthFailures(run.truth));
    expect(Object.keys(error_examples).toSorted()).toEqual(Object.keys(errors).toSorted());
  });

  describe.each(workloads)('$name', ({ name, stream = true }) => {
    it('meets each of them', () => {
      const faults = truthFaults(truthOf(run.truth, name, stream));
      // Five standard deviations of a share of 5 % in 500 requests: 24 of 25.
      const spread = 5 * Math.sqrt(requests * faultRatio * (1 - faultRatio));
      expect(Object.keys(faults).toSorted()).toEqual(unmistakableFaults.toSorted());
      for (const count of Object.values(faults))
        expect(Math.abs(count - requests * faultRatio)).toBeLessThan(spread);
    });

    it('completes what met none, or a harmless one, and counts its tokens', () => {
      const own = truthOf(run.truth, name, stream);
      const failed = sum(truthFailures(own));
      const { accounting, tokens } = groupOf(run.report, name);
      const none = { dropped: 0, lost: 0, cancelled: 0 };
      expect(accounting).toEqual({ ...none, scheduled: requests, failed, completed: requests - failed });
      expect(truthTokens(own).completed).toBe(requests - failed);
      expect(tokens.output).toBe(truthTokens(own).outputTokens);
    });
  });
});

describe('a reset before the first byte of the answer', () => {
  it('on a connection that was used before: the request is sent again, once, and counted', async () => {
    const { report, truth } = await faultyRun(simulator, [
      {
        name: 'reused',
        dialect: 'messages',
        behaviour: { ...burst, faults: { reset_before: faultRatio } },
        requests: 2000,
        concurrency: 50,
      },
    ]);
    expect(staleRequests(truth)).toBeGreaterThan(50);
    expect(report.retries.stale_reconnects).toBe(staleRequests(truth));
    expect(truth).toHaveLength(2000 + report.retries.stale_reconnects);
    // What is sent again goes over a fresh connection, where the next reset is one.
    expect(report.errors).toEqual(truthFailures(truth));
    expect(report.accounting).toMatchObject({ scheduled: 2000, failed: report.errors['reset'] ?? 0 });
  });

  it('on a fresh connection: a failure, and never sent again', async () => {
    const behaviour = { ...burst, framing: 'close', faults: { reset_before: faultRatio } } as const;
    const { report, truth } = await faultyRun(simulator, [
      { name: 'fresh', dialect: 'chat', behaviour, requests: 600, concurrency: 30 },
    ]);
    expect(truth).toHaveLength(600);
    expect(report.retries.stale_reconnects).toBe(0);
    expect(report.errors).toEqual({ reset: truthFaults(truth)['reset_before'] });
    expect(report.error_examples['reset']).toContain('before a response');
  });
});

describe('a reset after the first byte of the answer', () => {
  it('is a failure, on whatever connection, and never sent again', async () => {
    const behaviour = { ...burst, faults: { reset_after: faultRatio } };
    const { report, truth } = await faultyRun(simulator, [
      { name: 'after', dialect: 'responses', behaviour, requests: 600, concurrency: 30 },
    ]);
    expect(truth).toHaveLength(600);
    expect(report.retries.stale_reconnects).toBe(0);
    expect(report.errors).toEqual({ reset: truthFaults(truth)['reset_after'] });
    expect(report.error_examples['reset']).toContain('inside the response');
  });
});

describe('an error object in a stream under status 200', () => {
  it('is an error of the stream in every dialect, whatever it calls itself', async () => {
    const behaviour = { ...burst, fault: 'stream_error' } as const;
    const { report, truth } = await faultyRun(
      simulator,
      dialectNames.map((dialect) => ({ name: dialect, dialect, behaviour, requests: 6, concurrency: 2 })),
    );
    expect(truth.map(({ content_events }) => content_events)).toEqual(Array(18).fill(4));
    expect(report.errors).toEqual({ stream_error: 18 });
    const named = /^(?:server_error: The server had an error|overloaded_error: Overloaded)/;
    expect(report.error_examples['stream_error']).toMatch(named);
  });
});
