import type { RegressionReport, Report, ThresholdResult } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { codeOf, proseOf } from './markdown/escape.ts';
import { markdownReport } from './markdown.ts';
import { reportOf, seriesOf, skewed } from './report.fixture.ts';

const threshold = (passed: boolean, expression: string): ThresholdResult => ({
  metric: 'ttft{model:a|b}',
  expression,
  passed,
  measured: 1234.5678,
  aborted: false,
});

const base: Report = reportOf(
  [
    seriesOf(
      { ttft: skewed(300, 120, 0.5), e2e: skewed(300, 900, 0.3) },
      { accounting: { scheduled: 310, completed: 300, failed: 10 } },
    ),
    seriesOf({ ttft: [50] }, { labels: { model: 'b' }, accounting: { scheduled: 1, completed: 1 } }),
  ],
  { thresholds: [threshold(true, 'p(95) < 2s'), threshold(false, 'p(50) < 1ms')] },
);

describe('the Markdown report', () => {
  it('begins with the verdict and the validity', () => {
    const [title, , verdict, validity] = markdownReport(base).split('\n');
    expect(title).toBe('## Tokenstorm: chat-steady');
    expect(verdict).toBe('❌ **FAILED.** 1 of 2 thresholds did not hold.<br>');
    expect(validity).toMatch(/^✅ \*\*Validity: VALID\.\*\* /);
  });

  it('marks percentiles that rest on too few values, without striking anything out', () => {
    const [row = ''] = markdownReport(base).match(/^\| Time to first token.*$/m) ?? [];
    const cells = row.split(' | ');
    expect(cells.length).toBe(8);
    // 301 values: enough for p95, not for p99.
    expect(cells[6]).toMatch(/^\\~\d/);
    expect(cells[5]).toMatch(/^\d/);
  });

  it('has the failed thresholds first, each in one row whatever it holds', () => {
    const rows = markdownReport(base).match(/^\| [✅❌].*$/gm) ?? [];
    expect(rows).toEqual([
      '| ❌ | <code>ttft{model:a&#124;b}: p(50) &#60; 1ms</code> | 1234.6 ms |',
      '| ✅ | <code>ttft{model:a&#124;b}: p(95) &#60; 2s</code> | 1234.6 ms |',
    ]);
  });

  it('has each limit of the regression', () => {
    const difference = {
      metric: 'ttft.p95',
      unit: 'ms',
      base: 100,
      new: 130,
      change: 30,
      change_ratio: 0.3,
      interval: [20, 40],
      interval_ratio: [0.2, 0.4],
      judgement: 'worse',
      reason: null,
    } as const;
    const regression: RegressionReport = {
      baseline: 'base.json',
      confidence: 0.95,
      results: [
        { metric: 'ttft.p95', limit: '10%', passed: false, difference },
        {
          metric: 'ttft.p95',
          limit: '50%',
          passed: true,
          difference: { ...difference, judgement: 'cannot_tell', reason: 'too few values' },
        },
      ],
    };
    const text = markdownReport({ ...base, regression });
    expect(text).toContain('Against <code>base.json</code>, at a confidence of 95%.');
    expect(text).toContain(
      '| ❌ | <code>ttft.p95</code> | 100.0 ms → 130.0 ms, +30.0% (+20.0 to +40.0%) | worse | 10% |',
    );
    expect(text).toMatch(/^\| ❔ \| .* \| cannot tell: too few values \| 50% \|$/m);
  });

  it('has the cost by region, and says what is unknown', () => {
    const counters = { input_tokens: 1000, output_tokens: 5000 };
    const accounting = { scheduled: 10, completed: 10 };
    const priced = (unpriced: string) =>
      markdownReport(
        reportOf(
          ['eu', 'us'].map((region) =>
            seriesOf({}, { labels: { region, model: region }, accounting, counters }),
          ),
          { priceOf: ({ model }) => (model === unpriced ? undefined : { input: 1, output: 2 }) },
        ),
      );
    // 1,000 x $1 and 5,000 x $2 per 1,000,000, in each region.
    expect(priced('')).toContain('### Cost\n\n**$0.022** in all · $0.0011 per request');
    expect(priced('')).toContain('By region: <code>eu</code> $0.011, <code>us</code> $0.011.');
    expect(priced('us')).toContain('### Cost\n\n**unknown** in all\n');
    expect(priced('us')).toContain('By region: <code>eu</code> $0.011, <code>us</code> unknown.');
  });

  it('lets what a server says do nothing', () => {
    const evil =
      'x | y\n\n# h1 `a` </code></details><img src=x> @team #12 https://evil.example [l](http://e)';
    const text = markdownReport({
      ...base,
      errors: { [evil]: 10 },
      error_examples: { [evil]: evil },
      notes: [evil, '- no list', '1. none'],
      run: { ...base.run, name: evil },
    });
    expect(text).not.toMatch(/<img|@team|https:\/\/|\]\(|^# /m);
    expect(text.match(/<\/details>/g)).toEqual(['</details>']);
    const rows = text.match(/^\| <code>x.*$/gm) ?? [];
    expect(rows.map((row) => row.match(/(?<!\\)\|/g)?.length)).toEqual([4]);
    expect(text).toContain('- &#45; no list\n- 1&#46; none\n');
  });

  it('stays below the size of a comment, and says what is left out', () => {
    const long = '<'.repeat(2000);
    const many = Array.from({ length: 500 }, () => long);
    const text = markdownReport({
      ...base,
      run: { ...base.run, name: long, regions: many },
      validity: {
        level: 'invalid',
        reasons: many.map((detail) => ({ code: 'x', detail, measured: 1, limit: 0 })),
      },
      thresholds: many.map((expression) => threshold(false, expression)),
      groups: many.map((model) => ({ ...base.groups[0]!, labels: { ...base.groups[0]!.labels, model } })),
      errors: Object.fromEntries(many.map((name, index) => [`${name}${index}`, index + 1])),
      notes: many,
    });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain('**Validity: INVALID.**');
    expect(text).toMatch(/parts? (is|are) too long for this page/);
  });

  it('of a run without any answer says so', () => {
    const empty = markdownReport(reportOf([seriesOf({}, {})]));
    expect(empty).toContain('**No data**: no request completed.');
    expect(empty).toContain('**no requests** of 0 requests succeeded');
  });
});

describe('escaping for Markdown', () => {
  it.each([
    ['plain words, 3.5 ms (100%)', 'plain words, 3.5 ms (100%)'],
    ['a_b*c~d|e', 'a&#95;b&#42;c&#126;d&#124;e'],
    ['costs $1 and $2', 'costs &#36;1 and &#36;2'],
    ['see www.example.org', 'see www&#46;example.org'],
    ['mail @me, fix #7', 'mail @\u2060me, fix #\u20607'],
    ['two\nlines\u0000', 'two lines'],
  ])('%j is %j', (text, escaped) => {
    expect(proseOf(text)).toBe(escaped);
  });

  it('in code has no mention and no end of the code', () => {
    expect(codeOf('a@b </code>')).toBe('<code>a&#64;b &#60;/code&#62;</code>');
    expect(codeOf('\n')).toBe('');
  });
});
