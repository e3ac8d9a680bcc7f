import { describe, expect, it } from 'vitest';
import { failedRecord, requestRecord } from '../metrics/__fixtures__/request-record.ts';
import { SeriesRecorder } from '../metrics/series-recorder.ts';
import { pricesOf } from '../cost/price.ts';
import { SeriesTotals } from '../metrics/series-totals.ts';
import type { SeriesLabels } from '../metrics/snapshot.ts';
import { evaluateThreshold } from './evaluate.ts';
import { parseThreshold } from './parse.ts';

const labels: SeriesLabels = { provider: 'a', model: 'x', scenario: 'chat', region: 'eu', phase: 'main' };

/** Provider a: TTFT 100, 200 … 1,000 ms. Provider b: one of 4,000 ms and three failures. Warm-up of a: 9,000 ms. */
function totals(): SeriesTotals {
  const folded = new SeriesTotals();
  const window = { startMs: 0, endMs: 1000 };
  function record(overrides: Partial<SeriesLabels>, ttftsMs: readonly number[], failures: number): void {
    const recorder = new SeriesRecorder({ ...labels, ...overrides }, { ttftMs: 500 }, window);
    recorder.scheduled(ttftsMs.length + failures);
    for (const ttftMs of ttftsMs) {
      recorder.record(requestRecord({ firstTokenMs: 105 + ttftMs, lastTokenMs: 305 + ttftMs }));
    }
    for (let index = 0; index < failures; index++) recorder.record(failedRecord());
    const series = recorder.take();
    if (series !== undefined) folded.add(series);
  }
  record(
    {},
    Array.from({ length: 10 }, (_, index) => (index + 1) * 100),
    0,
  );
  record({ provider: 'b' }, [4000], 3);
  record({ phase: 'warmup' }, [9000], 0);
  return folded;
}

const priceOf = pricesOf([
  { provider: 'a', model: 'x', price: { input: 100, output: 1000 } },
  { provider: 'b', model: 'x', price: { input: 0, output: 1 } },
]);

function evaluate(
  metric: string,
  expression: string,
  durationMs = 4000,
): { passed: boolean; measured: number | null } {
  const { passed, measured } = evaluateThreshold(
    parseThreshold(metric, expression),
    totals(),
    durationMs,
    priceOf,
  );
  return { passed, measured };
}

describe('evaluateThreshold', () => {
  it.each([
    ['ttft', 'max < 4001', true, 4000],
    ['ttft', 'max < 4s', false, 4000],
    ['ttft', 'max <= 4s', true, 4000],
    ['ttft', 'min > 100ms', false, 100],
    ['ttft', 'min >= 100ms', true, 100],
    ['ttft', 'min == 100', true, 100],
    ['ttft', 'min != 100', false, 100],
    // (5,500 + 4,000) / 11
    ['ttft', 'avg < 864', true, 9500 / 11],
    ['ttft{provider:a}', 'mean > 550', false, 550],
    ['ttft', 'count == 11', true, 11],
    ['errors', 'rate < 25%', true, 3 / 14],
    ['errors{provider:b}', 'rate < 0.5', false, 0.75],
    ['errors{provider:a}', 'rate == 0', true, 0],
    ['goodput', 'rate > 30%', true, 5 / 14],
    ['requests', 'count > 13', true, 14],
    ['requests', 'rate >= 3.5', true, 3.5],
    ['requests{provider:b,model:x}', 'rate > 1', false, 1],
    ['stale_reconnects', 'count < 1', true, 0],
    // 10 answers of 20 and 9 tokens, and one of b: 10 x (20 x $0.0001 + 9 x $0.001) + 9 x $0.000001
    ['cost_usd', 'count < 0.2', true, 0.110009],
    ['cost_usd{provider:a}', 'count < 0.1', false, 0.11],
    ['cost_usd{provider:a}', 'rate < 0.03', true, 0.11 / 4],
  ])('%s: %s is %s (%d)', (metric, expression, passed, measured) => {
    expect(evaluate(metric, expression)).toEqual({ passed, measured: expect.closeTo(measured, 9) });
  });

  it('does not hold for a cost of which a price is missing', () => {
    const threshold = parseThreshold('cost_usd', 'count < 100');
    const someOf = pricesOf([{ provider: 'a', model: 'x', price: { input: 1, output: 1 } }]);
    expect(evaluateThreshold(threshold, totals(), 4000, someOf)).toMatchObject({
      passed: false,
      measured: null,
    });
    const known = parseThreshold('cost_usd{provider:a}', 'count < 100');
    expect(evaluateThreshold(known, totals(), 4000, someOf).passed).toBe(true);
  });

  it('compares percentiles', () => {
    // rank ceil(0.95 x 10) = 10 and ceil(0.5 x 10) = 5 of provider a
    expect(evaluate('ttft{provider:a}', 'p(95) <= 1s')).toEqual({ passed: true, measured: 1000 });
    const median = evaluate('ttft{provider:a}', 'med < 501');
    expect(median.passed).toBe(true);
    expect(Math.abs((median.measured ?? 0) - 500)).toBeLessThanOrEqual(0.5);
  });

  it.each([
    ['ttft{provider:c}', 'avg < 1h'],
    ['errors{provider:c}', 'rate < 1%'],
    ['requests{provider:c}', 'count < 100'],
    ['requests{provider:c}', 'rate < 100'],
    ['lost{provider:c}', 'rate < 50%'],
  ])('does not hold without data: %s: %s', (metric, expression) => {
    expect(evaluate(metric, expression)).toEqual({ passed: false, measured: null });
  });

  it('does not hold in no time, or without any series', () => {
    expect(evaluate('requests', 'rate < 100', 0)).toEqual({ passed: false, measured: null });
    expect(evaluateThreshold(parseThreshold('errors', 'rate<1%'), new SeriesTotals(), 1000)).toEqual({
      metric: 'errors',
      expression: 'rate<1%',
      passed: false,
      measured: null,
      aborted: false,
    });
  });
});
