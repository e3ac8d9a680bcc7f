import { describe, expect, it } from 'vitest';
import { scenarioInflux } from './scenario-influx.ts';

const environment = { INFLUX_PASSWORD: 's3cret', TOKENSTORM_INFLUX_URL: 'http://own:8086' };
const permissions = { hosts: ['influx.test:8086'], variables: ['INFLUX_*'] };
const target = (influx: object | undefined, more: object = {}) =>
  scenarioInflux({ ...(influx !== undefined && { influx }) }, { ...permissions, ...more }, environment);

describe("a scenario's InfluxDB", () => {
  it('is taken where its host and its variables may be named', () => {
    const found = target({ url: 'http://me:${INFLUX_PASSWORD}@influx.test:8086', database: 'd' });
    expect(found).toEqual({
      url: 'http://me:s3cret@influx.test:8086',
      database: 'd',
      lookup: expect.any(Function),
    });
  });

  it('is nothing where it names none, and that of the environment where it names no address', () => {
    expect(target(undefined)).toBeUndefined();
    expect(target({}, { hosts: [] })).toEqual({ url: 'http://own:8086' });
  });

  it.each([
    ['http://me:${AWS_SECRET}@influx.test:8086', 'variables that scenarios may not name here: AWS_SECRET'],
    ['http://other.test:8086', 'requests to other.test:8086 are not allowed here (--allow-host)'],
    ['http://influx.test:8087', 'requests to influx.test:8087'],
    ['http://169.254.169.254', 'requests to 169.254.169.254:80'],
  ])('is refused otherwise: %s', (url, message) => {
    expect(() => target({ url })).toThrow(message);
    expect(() => target({ url })).toThrow(expect.objectContaining({ code: 'E_NOT_ALLOWED' }));
  });
});
