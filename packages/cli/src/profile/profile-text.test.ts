import { describe, expect, it } from 'vitest';
import { reportOf, seriesOf } from '../reporters/report.fixture.ts';
import { profileText } from './profile-text.ts';

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

const report = reportOf(
  [
    seriesOf(
      { ttft: hundred, e2e: hundred.map((ms) => ms * 10), output_tokens_per_second: [50], icl: [5] },
      {
        accounting: { scheduled: 102, completed: 100, failed: 2 },
        counters: { input_tokens: 15_234, output_tokens: 45_678, tokens_from_provider: 100 },
      },
    ),
  ],
  { thresholds: [] },
);

describe('a profile', () => {
  const text = profileText(report, { width: 80, colours: false });

  it('has the figures in their rows', () => {
    const cells = (label: string) =>
      text
        .split('\n')
        .find((line) => line.startsWith(`│ ${label}`))
        ?.split('│')
        .slice(2, -1)
        .map((cell) => cell.trim());
    expect(cells('Metric')).toEqual(['Min', 'Mean', 'Median', 'p95', 'p99']);
    // Too few values for the tail: p95 needs 130.
    expect(cells('TTFT (ms)')).toEqual(['1.00', '50.5', '50.0', '~95.0', '~99.0']);
    expect(cells('Total Duration (ms)')?.slice(0, 2)).toEqual(['10.0', '505.0']);
    expect(cells('Tokens/sec')).toBeDefined();
    expect(cells('Inter-token (ms)')).toBeDefined();
  });

  it('has tokens, success, and what it does not know as unknown', () => {
    expect(text).toContain('Provider: own | Model: llama-3-8b\n');
    expect(text).toContain(
      'Token Usage:\n  Prompt: 15,234 tokens | Completion: 45,678 tokens | Total: 60,912 tokens\n',
    );
    expect(text).toContain('Cost Analysis:\n  Total Cost: unknown: no price is known');
    expect(text).toContain('Success Rate: 98.0% (100/102)\n');
    expect(text).toMatch(/Validity: VALID\.[^]*Verdict: PASSED\./);
  });

  it('shows a known cost', () => {
    const cost = { total_usd: 1.234, per_request_usd: 0.0123, per_1k_tokens_usd: 0.0202 };
    expect(profileText({ ...report, cost }, { width: 80, colours: false })).toContain(
      '  Total Cost: $1.23 | Cost/Request: $0.0123 | Cost/1K tokens: $0.0202\n',
    );
  });

  it('says where there is nothing to show', () => {
    const empty = reportOf([seriesOf({}, { accounting: { scheduled: 1, failed: 1 } })]);
    const shown = profileText(empty, { width: 80, colours: false });
    expect(shown).toContain('No data: no request completed.');
    expect(shown).not.toContain('Cost Analysis');
  });
});
