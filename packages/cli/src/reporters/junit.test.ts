import type { RegressionReport, Report, ThresholdResult } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { junitReport } from './junit.ts';
import { reportOf, seriesOf, skewed } from './report.fixture.ts';

const strict = { allowInvalid: false, failOn: 'invalid' } as const;

const result = (passed: boolean, expression: string, aborted = false): ThresholdResult => ({
  metric: 'ttft',
  expression,
  passed,
  measured: 900,
  aborted,
});

const base: Report = reportOf([
  seriesOf({ ttft: skewed(300, 120, 0.5) }, { accounting: { scheduled: 300, completed: 300 } }),
]);

const invalid: Report['validity'] = {
  level: 'invalid',
  reasons: [{ code: 'late', detail: 'Too late by 40 ms.', measured: 40, limit: 20 }],
};

const header = (xml: string) => /<testsuite [^>]*>/.exec(xml)?.[0];
const casesOf = (xml: string) => [...xml.matchAll(/<testcase[^>]*name="([^"]*)"/g)].map(([, name]) => name);

describe('the JUnit report', () => {
  it('has a case for the run, one for the measurement and one for each threshold', () => {
    const xml = junitReport(
      { ...base, thresholds: [result(true, 'p(95) < 1s'), result(false, 'avg < 1ms')] },
      strict,
    );
    expect(casesOf(xml)).toEqual([
      'the run comes to its end',
      'the measurement is valid',
      'ttft: p(95) &lt; 1s',
      'ttft: avg &lt; 1ms',
    ]);
    expect(header(xml)).toBe(
      '<testsuite name="chat-steady" tests="4" failures="1" errors="0" time="31.240" skipped="0" timestamp="2026-11-21T09:15:30">',
    );
    expect(xml).toContain('<failure message="expected avg &lt; 1ms, measured 900 ms" type="thresholds">');
    expect(xml).toContain('classname="tokenstorm.chat-steady.thresholds"');
  });

  it('fails for the measurement where the exit code does', () => {
    const counts = (report: Report, tolerance: Parameters<typeof junitReport>[1]) =>
      junitReport(report, tolerance)
        .match(/(?<=<testsuite .*)(failures|errors|skipped)="\d+"/g)
        ?.join(' ');
    const suspect = { ...base, validity: { ...invalid, level: 'suspect' } } as const;
    const allowed = { allowInvalid: true, failOn: 'suspect' } as const;
    expect(counts({ ...base, validity: invalid }, strict)).toBe('failures="1" errors="0" skipped="0"');
    expect(counts({ ...base, validity: invalid }, allowed)).toBe('failures="0" errors="0" skipped="1"');
    expect(counts(suspect, strict)).toBe('failures="0" errors="0" skipped="0"');
    expect(counts(suspect, { ...strict, failOn: 'suspect' })).toBe('failures="1" errors="0" skipped="0"');
  });

  it('has an error for a run that ended early, but for a threshold that ended it', () => {
    const early = (stop_reason: Report['run']['stop_reason'], thresholds: readonly ThresholdResult[] = []) =>
      junitReport({ ...base, verdict: 'aborted', run: { ...base.run, stop_reason }, thresholds }, strict);
    expect(early('infrastructure')).toMatch(/<error message="aborted: A part that the run needs was lost/);
    const stopped = early('threshold', [result(false, 'p(50) < 1ms', true)]);
    expect(header(stopped)).toContain('failures="1" errors="0"');
    expect(stopped).toContain('measured 900 ms; it stopped the run');
  });

  it('has a case for each limit of the regression', () => {
    const difference = {
      metric: 'errors',
      unit: 'ratio',
      base: 0.01,
      new: 0.03,
      change: 0.02,
      change_ratio: 2,
      interval: [0.01, 0.03],
      interval_ratio: [1, 3],
      judgement: 'worse',
      reason: null,
    } as const;
    const regression: RegressionReport = {
      baseline: 'main.json',
      confidence: 0.95,
      results: [{ metric: 'errors', limit: '0.5pp', passed: false, difference }],
    };
    expect(junitReport({ ...base, regression }, strict)).toContain(
      'message="expected at most 0.5pp worse than main.json, measured 1.0% → 3.0%, +2.0pp (+1.0 to +3.0pp)"',
    );
  });

  it('skips a limit that nobody can judge', () => {
    const difference = {
      metric: 'ttft.p99',
      unit: 'ms',
      base: null,
      new: 900,
      change: null,
      change_ratio: null,
      interval: null,
      interval_ratio: null,
      judgement: 'cannot_tell',
      reason: 'no values on the base side',
    } as const;
    const regression: RegressionReport = {
      baseline: 'main.json',
      confidence: 0.95,
      results: [{ metric: 'ttft.p99', limit: '10%', passed: true, difference }],
    };
    expect(junitReport({ ...base, regression }, strict)).toContain(
      '<skipped message="cannot tell: no values on the base side" type="regression"/>',
    );
  });

  it('stays XML whatever names and messages hold', () => {
    const evil = 'a\u0000b\u001b[31m]]>\uD800 <x y="&">\'';
    const xml = junitReport(
      {
        ...base,
        run: { ...base.run, name: evil, regions: [evil] },
        validity: { level: 'invalid', reasons: [{ code: 'x', detail: evil, measured: 1, limit: 0 }] },
        thresholds: [result(false, evil), result(false, evil)],
      },
      strict,
    );
    // Every character that XML 1.0 knows; each mark of its own is written as a reference inside of values.
    expect(xml).toMatch(/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u);
    expect(
      xml.replaceAll(/<\/?(testsuites?|testcase|properties|property|system-out|failure|\?xml)\b[^<>]*>/g, ''),
    ).not.toMatch(/[<>]/);
    expect(new Set(casesOf(xml)).size).toBe(4);
  });
});
