import { describe, expect, it } from 'vitest';
import { contextOf, parseText, problemLines, withWorkload } from './__fixtures__/scenarios.ts';

function scenario(exportTarget: string): string {
  return `${withWorkload('requests: 1')}output: { export: [${exportTarget}] }\n`;
}

const environment = contextOf({
  INFLUX_URL: 'http://me:s3cret@h:8086',
  PASSWORD: 's3cret',
  NOT_HTTP: 'tcp://s3cret',
});

describe('an export to InfluxDB', () => {
  it.each([
    ['{ format: influxdb }', {}],
    ['{ format: influxdb, url: "http://i:8086" }', { url: 'http://i:8086' }],
    ['{ format: influxdb, database: load, retention: 30d }', { database: 'load', retention: '2592000s' }],
    ['{ format: influxdb, url: "${INFLUX_URL}" }', { url: '${INFLUX_URL}' }],
    ['{ format: influxdb, url: "http://me:${PASSWORD}@h" }', { url: 'http://me:${PASSWORD}@h' }],
  ])('%s is no file, and keeps its references', (target, influx) => {
    const parsed = parseText(scenario(target), environment).scenario;
    expect(parsed.influx).toEqual(influx);
    expect(parsed.exports).toEqual([]);
  });

  it('is absent where there is none', () => {
    expect(parseText(scenario('{ format: json, path: r.json }')).scenario).not.toHaveProperty('influx');
  });

  it.each([
    ['{ format: influxdb, url: "http://me:pass@h" }', /`url` holds a password/],
    ['{ format: influxdb, url: "http://me:pass@${PASSWORD}" }', /`url` holds a password/],
    ['{ format: influxdb, url: "http://me:x${PASSWORD}@h" }', /`url` holds a password/],
    ['{ format: influxdb, url: "influx:8086" }', /`url` is not an HTTP URL/],
    ['{ format: influxdb, url: "${NOT_HTTP}" }', /`url` is not an HTTP URL/],
    ['{ format: influxdb, url: "${NOWHERE}" }', /`NOWHERE` is not set/],
    ['{ format: influxdb, retention: 59m }', /`retention` must be at least 1h/],
    ['{ format: influxdb, path: x }', /`path` does not go with the format influxdb/],
    ['{ format: influxdb }, { format: influxdb }', /a second InfluxDB: a run is written to one/],
  ])('refuses %s without showing a value', (target, problem) => {
    const lines = problemLines(scenario(target), environment);
    expect(lines).toEqual([expect.stringMatching(problem)]);
    expect(lines.join()).not.toContain('s3cret');
  });
});
