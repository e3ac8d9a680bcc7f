import { describe, expect, it } from 'vitest';
import { reportOf, seriesOf } from './report.fixture.ts';
import { textReport } from './text.ts';

const answers = seriesOf({
  ttft: [683.5],
  e2e: [6756.5],
  output_tokens_per_second: [61.2],
});

describe('how good a run is, in its text', () => {
  it('is said by tiers, and by timer_score where there are targets', () => {
    const first = { target_s: 0.5, mean: 0.40927, p50: 0.41, p95: 0.2 };
    const total = { target_s: 5, mean: 0.14723, p50: 0.15, p95: 0.1 };
    const report = { ...reportOf([answers]), scores: { first_token: first, total } };
    expect(textReport(report, { width: 80, colours: false })).toContain(`
Tier: good (TTFT p50 684ms: excellent, 61.2 tok/s p50: good)
timer_score (0.5 at the target, 1 is best):
  first token, target 500ms: mean 0.409 | p50 0.410 | p95 0.200
  total, target 5s: mean 0.147 | p50 0.150 | p95 0.100
`);
  });

  it('is not said of what was not measured', () => {
    const text = textReport(reportOf([seriesOf({ e2e: [100] })]), { width: 80, colours: false });
    expect(text).not.toContain('Tier');
    expect(text).not.toContain('timer_score');
  });
});
