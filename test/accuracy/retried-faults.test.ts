import { faultKinds } from '@tokenstorm/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialectNames } from '../support/dialects.ts';
import { burst, faultRates, faultyRun, groupOf } from '../support/faulty-run.ts';
import type { FaultyRun, FaultyWorkload } from '../support/faulty-run.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { truthOf } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';
import { attemptsOf } from '../support/truth-attempts.ts';
import {
  attemptsAmong,
  countsOf,
  isTriedAgain,
  staleRequests,
  truthFailure,
  truthFaults,
} from '../support/truth-failures.ts';
import { truthTokens } from '../support/truth-tokens.ts';

const requests = 300;
const maxAttempts = 3;
const faulty = { ...burst, faults: faultRates(faultKinds) };

/** Each dialect: faults after half of the content, before any of it, and in answers that are not streamed. */
const workloads: readonly FaultyWorkload[] = dialectNames.flatMap((dialect) => {
  const common = { dialect, requests, concurrency: 40 };
  return [
    { ...common, name: `${dialect} late`, behaviour: faulty },
    { ...common, name: `${dialect} early`, behaviour: { ...faulty, faultAfterEvents: 0 } },
    { ...common, name: `${dialect} whole`, behaviour: faulty, stream: false },
  ];
});

let simulator: SimulatorProcess;
let run: FaultyRun;

beforeAll(async () => {
  simulator = await simulatorProcess();
  run = await faultyRun(simulator, workloads, maxAttempts);
}, 90_000);

afterAll(() => simulator.close());

/** The attempts at each request of one workload, without what only found a stale connection. */
function attemptsAtEach(name: string): readonly (readonly Truth[])[] {
  return attemptsOf(run.truth.filter((record) => record.model === name)).map(attemptsAmong);
}

const all = () => workloads.flatMap(({ name }) => attemptsAtEach(name));
const lastOf = (attempts: readonly Truth[]) => attempts.at(-1) as Truth;
const earlierOf = (attempts: readonly Truth[]) => attempts.slice(0, -1);

describe('faults of all kinds, where failed attempts are tried again', () => {
  it('the server received the attempts of the report and the stale reconnects, and nothing else', () => {
    const { attempts, stale_reconnects } = run.report.retries;
    expect(run.truth).toHaveLength(attempts + stale_reconnects);
    expect(stale_reconnects).toBe(staleRequests(run.truth));
    expect(attempts).toBeGreaterThan(1.1 * workloads.length * requests);
    expect(stale_reconnects).toBeGreaterThan(10);
  });

  it('each request failed once, under the kind of its last attempt', () => {
    expect(run.report.errors).toEqual(countsOf(all().map((attempts) => truthFailure(lastOf(attempts)))));
  });

  it('each attempt before the last one is counted, under its own kind', () => {
    const { failed_attempts, retried_requests, amplification } = run.report.retries;
    expect(failed_attempts).toEqual(countsOf(all().flatMap(earlierOf).map(truthFailure)));
    expect(retried_requests).toBe(all().filter((attempts) => attempts.length > 1).length);
    const attempts = all().reduce((sum, { length }) => sum + length, 0);
    expect(amplification).toBeCloseTo(attempts / (workloads.length * requests), 10);
  });

  describe.each(workloads)('$name', ({ name, stream = true }) => {
    it('was tried again whenever it may be, and never otherwise', () => {
      expect(Object.keys(truthFaults(truthOf(run.truth, name, stream)))).toHaveLength(faultKinds.length);
      expect(attemptsAtEach(name)).toHaveLength(requests);
      for (const attempts of attemptsAtEach(name)) {
        expect(attempts.length).toBeLessThanOrEqual(maxAttempts);
        expect(earlierOf(attempts).every(isTriedAgain)).toBe(true);
        expect(attempts.length < maxAttempts && isTriedAgain(lastOf(attempts))).toBe(false);
      }
    });

    it('completed where the last attempt did, and counts the tokens of that one', () => {
      const last = attemptsAtEach(name).map(lastOf);
      const failed = last.filter((record) => truthFailure(record) !== undefined).length;
      const { accounting, tokens } = groupOf(run.report, name);
      const none = { dropped: 0, lost: 0, cancelled: 0 };
      expect(accounting).toEqual({ ...none, scheduled: requests, failed, completed: requests - failed });
      expect(tokens.output).toBe(truthTokens(last).outputTokens);
    });
  });
});
