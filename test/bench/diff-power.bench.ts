/**
 * How many requests it takes to see a change: for each change and number of requests, how many of 200 pairs with it are called worse,
 * with what the simulated server draws (lognormal, sigma 0.5). Run: node --conditions=source test/bench/diff-power.bench.ts [PAIRS]
 */
import { Trend, differencesOf, distributionsOf } from '@tokenstorm/core';
import type { Measured } from '@tokenstorm/core';
import { drawLatencyMs, requestRandom } from '@tokenstorm/simulator';

const [pairs = 200] = process.argv.slice(2).map(Number);
const figures = ['ttft.p50', 'ttft.mean', 'ttft.p95', 'ttft.p99'];
let seed = 0;

function runOf(requests: number, medianMs: number): Measured {
  const trend = new Trend();
  seed += 1;
  for (let ordinal = 0; ordinal < requests; ordinal += 1) {
    trend.record(drawLatencyMs({ lognormal: { medianMs, sigma: 0.5 } }, requestRandom(seed, ordinal)));
  }
  return {
    accounting: { scheduled: requests, completed: requests, failed: 0, dropped: 0, lost: 0, cancelled: 0 },
    metrics: { ttft: trend.summary('ms') },
    distributions: distributionsOf(new Map([['ttft', trend]])),
    cost: null,
  };
}

console.log(['change', 'requests', ...figures].join('\t'));
for (const percent of [0, 5, 10, 20, 50]) {
  for (const requests of [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000]) {
    const worse = new Map(figures.map((figure) => [figure, 0]));
    for (let pair = 0; pair < pairs; pair += 1) {
      const sides = [runOf(requests, 200), runOf(requests, 200 * (1 + percent / 100))] as const;
      for (const { metric, judgement } of differencesOf([sides[0]], [sides[1]], { metrics: figures })) {
        if (judgement === 'worse') worse.set(metric, worse.get(metric)! + 1);
      }
    }
    const shares = figures.map((figure) => `${Math.round((100 * worse.get(figure)!) / pairs)}%`);
    console.log([`+${percent}%`, requests, ...shares].join('\t'));
  }
}
