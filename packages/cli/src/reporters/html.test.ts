import { describe, expect, it } from 'vitest';
import { htmlReport } from './html.ts';
import { reportOf, seriesOf, skewed } from './report.fixture.ts';

const plain = (html: string) =>
  html
    .replaceAll(/<(style|script)\b.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const accounting = { scheduled: 100, completed: 98, failed: 2 };
const counters = { input_tokens: 1000, output_tokens: 5000, tokens_from_provider: 98 };
const values = { ttft: skewed(98, 300, 0.4), e2e: skewed(98, 900, 0.3), icl: skewed(980, 8, 0.5) };
const ordinary = reportOf(
  [
    seriesOf(values, { labels: { region: 'eu' }, accounting, counters, errors: { 'idle-timeout': 2 } }),
    seriesOf(values, { labels: { region: 'us' }, accounting: { scheduled: 98, completed: 98 }, counters }),
  ],
  {
    thresholds: [
      { metric: 'ttft', expression: 'p(95) < 1s', passed: true, measured: 812.5, aborted: false },
      { metric: 'e2e', expression: 'p(95) < 1s', passed: false, measured: 1402, aborted: false },
    ],
    notes: ['A note.'],
  },
);

describe('the HTML report', () => {
  it('says what the run was and how it went', () => {
    const text = plain(htmlReport(ordinary));
    expect(text).toContain('Tokenstorm');
    expect(text).toContain('chat-steady Run 20261121-091530-3f2a Started 2026-11-21 09:15:30 UTC Took 31.2s');
    expect(text).toContain('Verdict ✗ Failed 1 of 2 thresholds did not hold.');
    expect(text).toContain('Measurement ✓ Valid The load generator kept to its own schedule.');
    expect(text).toContain('198 scheduled = 196 completed + 2 failed + 0 dropped');
    expect(text).toContain('ttft p(95) &lt; 1s 812.5 ms ✓ Held');
    expect(text).toContain('A note.');
    expect(text).toMatch(/p95 130.*p99 662/);
  });

  it('has a section for each thing it knows, and none for the others', () => {
    const sections = (html: string) => [...html.matchAll(/<section id="([\w-]+)"/g)].map(([, id]) => id);
    expect(sections(htmlReport(ordinary))).toEqual(
      'latency thresholds course errors models regions groups calls generator notes scenario'.split(' '),
    );
    expect(sections(htmlReport(reportOf([seriesOf(values, { accounting, counters })])))).toEqual(
      'latency course errors models calls generator notes scenario'.split(' '),
    );
  });

  it('does without any completed request', () => {
    const text = plain(
      htmlReport(
        reportOf([seriesOf({}, { accounting: { scheduled: 3, failed: 3 }, errors: { connect: 3 } })], {
          errorExamples: { connect: 'nobody there' },
        }),
      ),
    );
    expect(text).toContain('No data: no request completed.');
    expect(text).toContain('Success rate 0%');
    expect(text).toContain('connect 3 100% nobody there');
    expect(text).not.toMatch(/NaN|undefined|Infinity|null/);
  });

  it('does without any request, and with one', () => {
    expect(plain(htmlReport(reportOf([])))).not.toMatch(/NaN|undefined|Infinity|null/);
    const one = seriesOf(
      { ttft: [12], e2e: [30], icl: [1, 2] },
      { accounting: { scheduled: 1, completed: 1 } },
    );
    const html = htmlReport(reportOf([one]));
    expect(plain(html)).toContain('TTFT p99 ~12.0 ms of 1 only');
    expect([...html.matchAll(/data-chart="([\w-]+)"/g)].map(([, id]) => id)).toEqual(['icl-distribution']);
  });

  it('has the costs of models where only some prices are known', () => {
    const priced = reportOf(
      [
        seriesOf(values, { accounting, counters }),
        seriesOf(values, { labels: { model: 'other' }, accounting, counters }),
      ],
      { priceOf: ({ model }) => (model === 'other' ? undefined : { input: 1, output: 2 }) },
    );
    const text = plain(htmlReport(priced));
    // 1,000 x $1 and 5,000 x $2 per 1,000,000.
    expect(text).toMatch(/own\/llama-3-8b 98 1,000 5,000 .*? \$0\.011 /);
    expect(text).toMatch(/own\/other 98 1,000 5,000 .*? unknown /);
    expect(text).toContain('Cost unknown a price is missing');
  });

  it('has the costs of regions', () => {
    const regions = ['eu', 'us'].map((region) =>
      seriesOf(values, { labels: { region }, accounting, counters }),
    );
    const html = htmlReport(reportOf(regions, { priceOf: () => ({ input: 1, output: 2 }) }));
    const [, section = ''] = /<section id="regions"(.*?)<\/section>/s.exec(html) ?? [];
    expect(plain(section)).toMatch(/ eu 100 2 .* \$0\.011 us 100 2 .* \$0\.011 /);
  });

  it('compares with a baseline', () => {
    const difference = {
      metric: 'ttft.p95',
      unit: 'ms',
      base: 400,
      new: 500,
      change: 100,
      change_ratio: 0.25,
      interval: [80, 120] as const,
      interval_ratio: [0.2, 0.3] as const,
      judgement: 'worse' as const,
      reason: null,
    };
    const results = [{ metric: 'ttft.p95', limit: '10%', passed: false, difference }];
    const regression = { baseline: 'main.json', confidence: 0.95, results };
    const text = plain(htmlReport({ ...ordinary, regression }));
    expect(text).toContain('Against main.json , with 95% confidence');
    expect(text).toContain('ttft.p95 400.0 ms 500.0 ms +25.0% (+20.0 to +30.0%) ✗ worse 10% ✗ Broken');
  });
});
