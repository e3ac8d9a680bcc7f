import { describe, expect, it } from 'vitest';
import { reportOf, seriesOf, skewed } from './report.fixture.ts';
import { textReport } from './text.ts';

const models = ['instruct', 'reasoning', 'vision'].map((kind) => `a-very-long-model-name-${kind}-2026-11-21`);

const report = reportOf(
  models.map((model) =>
    seriesOf(
      { ttft: skewed(20, 90, 0.3), e2e: skewed(20, 300, 0.2) },
      {
        labels: { model, provider: 'the-cluster-in-the-basement' },
        accounting: { scheduled: 20, completed: 20 },
      },
    ),
  ),
  {
    thresholds: [
      {
        metric: `ttft{model:${models[1]},scenario:steady chat}`,
        expression: 'p(95) < 800ms',
        passed: true,
        measured: 123.4,
        aborted: false,
      },
      { metric: 'errors', expression: 'rate < 1%', passed: false, measured: 0.5, aborted: true },
    ],
  },
);

const lines = textReport(report, { width: 80, colours: false }).split('\n');

describe('textReport with long names', () => {
  it('keeps to its width', () => {
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('numbers the groups whose names a table would cut to the same', () => {
    const start = lines.findIndex((line) => line.startsWith('By group'));
    expect(lines.slice(start + 1, start + 8)).toEqual([
      `   1  ${models[0]}`,
      `   2  ${models[1]}`,
      `   3  ${models[2]}`,
      '┌───────┬──────┬────────┬──────────────┬──────────────┬───────┐',
      '│ Group │ Sent │ Failed │ TTFT p50/p99 │  E2E p50/p99 │ Tok/s │',
      '├───────┼──────┼────────┼──────────────┼──────────────┼───────┤',
      expect.stringMatching(/^│ 1 {5}│ {3}20 │ {6}0 │/),
    ]);
  });

  it('breaks a threshold that does not fit, and lines up the others', () => {
    const start = lines.indexOf('Thresholds:');
    expect(lines.slice(start + 1, start + 4)).toEqual([
      `  ✓ ttft{model:${models[1]},scenario:steady`,
      '    chat}: p(95) < 800ms (123.4 ms)',
      '  ✗ errors: rate < 1%  50%, stopped the run',
    ]);
  });
});
