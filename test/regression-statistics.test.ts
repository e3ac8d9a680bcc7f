import { distributionsOf, differencesOf, Trend } from '@tokenstorm/core';
import type { Judgement, Measured } from '@tokenstorm/core';
import { drawLatencyMs, requestRandom } from '@tokenstorm/simulator';
import { describe, expect, it } from 'vitest';

const requests = 2000;

/** A run as its report tells of it, with the TTFTs that the simulated server would draw for it. */
function runOf(seed: number, medianMs: number): Measured {
  const trend = new Trend();
  for (let ordinal = 0; ordinal < requests; ordinal += 1) {
    const random = requestRandom(seed, ordinal);
    trend.record(drawLatencyMs({ lognormal: { medianMs, sigma: 0.5 } }, random));
  }
  return {
    accounting: { scheduled: requests, completed: requests, failed: 0, dropped: 0, lost: 0, cancelled: 0 },
    metrics: { ttft: trend.summary('ms') },
    distributions: distributionsOf(new Map([['ttft', trend]])),
    cost: null,
  };
}

/** Judgements of pairs of sides by their median; `side` gives the runs of one. */
function judgements(pairs: number, side: (pair: number, isNew: boolean) => readonly Measured[]) {
  const counts: Record<Judgement, number> = { better: 0, worse: 0, no_difference: 0, cannot_tell: 0 };
  for (let pair = 0; pair < pairs; pair += 1) {
    const [difference] = differencesOf(side(pair, false), side(pair, true), { metrics: ['ttft.p50'] });
    counts[difference!.judgement] += 1;
  }
  return counts;
}

describe('a comparison of what the simulated server draws (lognormal, sigma 0.5, 2,000 requests a run)', () => {
  it('calls at most 5 of 100 equal pairs worse, and 90 or more at +10 %', () => {
    const equal = judgements(100, (pair, isNew) => [runOf(2 * pair + Number(isNew), 200)]);
    const slower = judgements(100, (pair, isNew) => [
      runOf(1000 + 2 * pair + Number(isNew), isNew ? 220 : 200),
    ]);
    expect(equal.worse).toBeLessThanOrEqual(5);
    expect(slower.worse).toBeGreaterThanOrEqual(90);
  });

  it('is taken in by runs that differ among themselves, unless it is given several of a side', () => {
    // Each run is off by a part of its own, of about 5 %: more than its requests tell.
    const drifted = (run: number) => {
      const part = drawLatencyMs({ normal: { meanMs: 1, stddevMs: 0.05 } }, requestRandom(7, run));
      return runOf(run, 200 * part);
    };
    const single = judgements(50, (pair, isNew) => [drifted(3000 + 2 * pair + Number(isNew))]);
    expect(single.worse).toBeGreaterThan(7);
    const several = judgements(50, (pair, isNew) =>
      [0, 1, 2].map((index) => drifted(5000 + 6 * pair + 3 * Number(isNew) + index)),
    );
    expect(several.worse).toBeLessThanOrEqual(3);
  });
});
