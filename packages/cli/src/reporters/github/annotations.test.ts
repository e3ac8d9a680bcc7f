import type { Report, ThresholdResult } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { reportOf, seriesOf } from '../report.fixture.ts';
import { annotationsOf } from './annotations.ts';
import { annotationCommand, withoutCommands } from './workflow-command.ts';

const strict = { allowInvalid: false, failOn: 'invalid' } as const;

const failed = (index: number): ThresholdResult => ({
  metric: 'ttft',
  expression: `p(95) < ${index}ms`,
  passed: false,
  measured: 900,
  aborted: false,
});

const good: Report = reportOf([seriesOf({ ttft: [5] }, { accounting: { scheduled: 1, completed: 1 } })]);
const invalid: Report['validity'] = {
  level: 'invalid',
  reasons: [{ code: 'late', detail: 'Too late.', measured: 40, limit: 20 }],
};

describe('annotations', () => {
  it('are none for a run that went well', () => {
    expect(annotationsOf(good, strict)).toEqual([]);
  });

  it('say what is wrong, errors first', () => {
    const report: Report = {
      ...good,
      validity: { ...invalid, level: 'suspect' },
      thresholds: [failed(1)],
      accounting: { ...good.accounting, scheduled: 100, completed: 90, failed: 10 },
      errors: { timeout: 3, server_error: 7 },
    };
    expect(annotationsOf(report, strict)).toEqual([
      {
        level: 'error',
        title: 'Threshold failed (chat-steady)',
        message: 'ttft: p(95) < 1ms does not hold: 900 ms.',
      },
      {
        level: 'warning',
        title: 'Measurement suspect (chat-steady)',
        message: 'Read the numbers with care.\nToo late.',
      },
      {
        level: 'warning',
        title: 'Requests failed (chat-steady)',
        message: '10 requests failed (10.0% of those answered): 7 server_error, 3 timeout.',
      },
    ]);
  });

  it('are errors where the exit code is one', () => {
    const levels = (report: Report, tolerance: Parameters<typeof annotationsOf>[1]) =>
      annotationsOf(report, tolerance).map(({ level }) => level);
    expect(levels({ ...good, validity: invalid }, strict)).toEqual(['error']);
    expect(levels({ ...good, validity: invalid }, { ...strict, allowInvalid: true })).toEqual(['warning']);
    const aborted = { ...good, verdict: 'aborted', run: { ...good.run, stop_reason: 'budget' } } as const;
    expect(levels(aborted, strict)).toEqual(['error']);
  });

  it('are at most 10, the last of which counts those left out', () => {
    const thresholds = Array.from({ length: 14 }, (_, index) => failed(index));
    const all = annotationsOf({ ...good, thresholds }, strict);
    expect(all.length).toBe(10);
    expect(all.at(-1)).toMatchObject({
      level: 'notice',
      message: '5 more findings: see the report in the log of this step.',
    });
    expect(annotationsOf({ ...good, thresholds: thresholds.slice(0, 10) }, strict).length).toBe(10);
  });
});

describe('a workflow command', () => {
  it('is one line with its marks escaped', () => {
    const command = annotationCommand({ level: 'error', title: 'a: b, c%\n', message: '100%, x: y\r\nz' });
    expect(command).toBe('::error title=a%3A b%2C c%25%0A::100%25, x: y%0D%0Az');
  });

  it('is not what a server makes a line of a text be', () => {
    const text = 'a ::error::b\n::stop-commands::x\n   ::add-mask::y\n##[error]z\n';
    expect(withoutCommands(text)).toBe('a ::error::b\n: :stop-commands::x\n   : :add-mask::y\n## [error]z\n');
  });
});
