import { describe, expect, it } from 'vitest';
import { readReportOptions } from './report-options.ts';

const url = 'http://h:8086';
const read = (parsed: Readonly<Record<string, readonly string[]>>, runs: string[] = [], environment = {}) =>
  readReportOptions(runs, parsed, environment).influx;

describe('a report from InfluxDB', () => {
  it('is not asked for without its flag', () => {
    expect(read({}, ['x.json'])).toBeUndefined();
  });

  it('takes runs with and without a flag, each once, labels, and times of the run', () => {
    const parsed = {
      fromInflux: [url],
      influxDatabase: ['load'],
      run: ['a', 'b'],
      region: ['eu-west'],
      model: ['m', 'n'],
      from: ['1m'],
      to: ['5m'],
    };
    expect(read(parsed, ['c', 'a'])).toEqual({
      url,
      database: 'load',
      runs: ['c', 'a', 'b'],
      selection: { region: ['eu-west'], model: ['m', 'n'] },
      range: { fromMs: 60_000, toMs: 300_000 },
    });
  });

  it.each([
    [{ to: ['90'] }, { fromMs: 0, toMs: 90_000 }],
    [{ from: ['0'] }, { fromMs: 0, toMs: Infinity }],
    [{}, undefined],
  ])('of the times %j has the range %j', (times, range) => {
    expect(read({ fromInflux: [url], ...times })?.range).toEqual(range);
  });

  it('takes its address from the environment', () => {
    expect(read({ fromInflux: [''] }, [], { TOKENSTORM_INFLUX_URL: url })).toEqual({
      url,
      runs: [],
      selection: {},
    });
  });

  it.each([
    [{ fromInflux: [''] }, 'TOKENSTORM_INFLUX_URL is not set'],
    [{ fromInflux: [url], from: ['2m'], to: ['1m'] }, '--to is not after --from'],
    [{ fromInflux: [url], from: ['soon'] }, '--from soon: expected a length of time'],
    [{ region: ['eu-west'], run: ['a'] }, '--run needs --from-influx'],
  ])('refuses %j', (parsed, problem) => {
    expect(() => read(parsed, ['x'])).toThrow(problem);
  });
});
