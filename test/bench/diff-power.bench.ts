/**
 * How many requests it takes to see a change: for each change and number of requests, how many of 200 pairs with it are called worse,
 * and how many break a limit of 15 % for the median, with what the simulated server draws (lognormal, sigma 0.5).
 * Run: node --conditions=source test/bench/diff-power.bench.ts [PAIRS]
 */
import {
  Trend,
  differencesOf,
  distributionsOf,
  parseRegressionLimit,
  regressionResult,
} from '@tokenstorm/core';
import type { Measured } from '@tokenstorm/core';
import { drawLatencyMs, requestRandom } from '@tokenstorm/simulator';

const [pairs = 200] = process.argv.slice(2).map(Number);
const figures = ['ttft.p50', 'ttft.mean', 'ttft.p95', 'ttft.p99'];
const limit = parseRegressionLimit('ttft.p50', '15%');
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

console.log(['change', 'requests', ...figures, 'ttft.p50: 15%'].join('\t'));
for (const percent of [0, 5, 10, 15, 20, 30, 50]) {
  for (const requests of [100, 180, 200, 500, 1000, 2000, 5000, 10_000, 20_000]) {
    const worse = new Map(figures.map((figure) => [figure, 0]));
    let broken = 0;
    for (let pair = 0; pair < pairs; pair += 1) {
      const sides = [runOf(requests, 200), runOf(requests, 200 * (1 + percent / 100))] as const;
      for (const difference of differencesOf([sides[0]], [sides[1]], { metrics: figures })) {
        const { metric, judgement } = difference;
        if (judgement === 'worse') worse.set(metric, worse.get(metric)! + 1);
        if (metric === limit.metric && !regressionResult(limit, difference).passed) broken += 1;
      }
    }
    const counts = [...figures.map((figure) => worse.get(figure)!), broken];
    const shares = counts.map((count) => `${Math.round((100 * count) / pairs)}%`);
    console.log([`+${percent}%`, requests, ...shares].join('\t'));
  }
}
