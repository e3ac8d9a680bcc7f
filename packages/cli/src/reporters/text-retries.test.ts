import { describe, expect, it } from 'vitest';
import { reportOf, seriesOf } from './report.fixture.ts';
import { textReport } from './text.ts';

const page = { width: 80, colours: false };

/** A run of 1,000 requests, all completed; `logical` is what they took over all their attempts. */
function text(counters: object, attemptErrors: object, logical: readonly number[]): string {
  const waits = logical.map((ms, index) => ms - 100 - 10 * index);
  const values = { e2e: [100, 110], e2e_logical: logical, retry_wait: waits };
  const series = seriesOf(values, {
    accounting: { scheduled: 1000, completed: 1000 },
    counters: { attempts: 1000, ...counters },
  });
  return textReport(reportOf([{ ...series, attemptErrors }]), page);
}

describe('retries in the text report', () => {
  it('are one line, the most frequent failure first, and rows of their own in the table', () => {
    const counters = { attempts: 1234, retries: 234, retried_requests: 180 };
    const shown = text(counters, { overloaded: 34, 'rate-limited': 200 }, [100, 5110]);
    expect(shown).toContain(
      '\nRetries: 1,234 attempts for 1,000 requests (x1.23): 200 rate_limited, 34\n         overloaded\n',
    );
    expect(shown).toMatch(/^│ E2E, retries \(ms\) │ 100\.0 │/m);
    expect(shown).toMatch(/^│ Retry wait \(ms\)   │     0 │/m);
  });

  it('are not spoken of where there were none', () => {
    const shown = text({}, {}, [100, 110]);
    expect(shown).not.toMatch(/retr/i);
    expect(shown).not.toContain('all attempts');
  });

  it('that were only waited for are told too', () => {
    const shown = text({}, { 'rate-limited': 2 }, [100, 110]);
    expect(shown).toContain('Retries: 1,000 attempts for 1,000 requests (x1.00): 2 rate_limited\n');
  });

  it('with many kinds are broken into lines', () => {
    const kinds = ['connect', 'connect-timeout', 'reset', 'rate-limited', 'overloaded', 'server-error'];
    const counters = { attempts: 2000, retries: 1000, retried_requests: 500 };
    const attemptErrors = Object.fromEntries(kinds.map((kind, index) => [kind, 100 - index]));
    const shown = text(counters, attemptErrors, [100, 900]);
    const lines = shown.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const from = lines.findIndex((line) => line.startsWith('Retries: '));
    expect(lines.slice(from, from + 4).map((line) => line.trim())).toEqual([
      'Retries: 2,000 attempts for 1,000 requests (x2.00): 100 connect, 99',
      'connect_timeout, 98 reset, 97 rate_limited, 96 overloaded, 95',
      'server_error',
      '',
    ]);
  });
});
