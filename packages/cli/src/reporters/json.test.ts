import { describe, expect, it } from 'vitest';
import { jsonReport } from './json.ts';
import { reportOf, seriesOf } from './report.fixture.ts';

describe('jsonReport', () => {
  const report = reportOf([
    seriesOf({ ttft: [1.5], e2e: [3] }, { accounting: { scheduled: 1, completed: 1 } }),
  ]);

  it('gives back the report when it is parsed: nothing is lost, nothing is NaN', () => {
    expect(JSON.parse(jsonReport(report))).toEqual(report);
  });

  it('starts with the schema and ends in one newline', () => {
    expect(jsonReport(report)).toMatch(/^\{\n {2}"schema": "tokenstorm.report\/1",\n[^]*\n\}\n$/);
  });
});
