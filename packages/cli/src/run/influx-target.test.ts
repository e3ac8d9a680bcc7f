import { describe, expect, it } from 'vitest';
import { influxTargetOf } from './influx-target.ts';
import { scenarioOf, workloadsOf } from './scenario.fixture.ts';

const environment = { PASSWORD: 's3cret', TOKENSTORM_INFLUX_URL: 'http://from-environment:8086' };
const target = (influx: object | undefined) =>
  influxTargetOf(
    { ...scenarioOf(workloadsOf({ requests: 1 })), ...(influx !== undefined && { influx }) },
    environment,
  );

describe('influxTargetOf', () => {
  it('is nothing where the scenario names none, whatever the environment says', () => {
    expect(target(undefined)).toBeUndefined();
  });

  it('fills in the variables of the URL, or takes that of the environment', () => {
    expect(target({ url: 'http://me:${PASSWORD}@h', database: 'd', retention: '3600s' })).toEqual({
      url: 'http://me:s3cret@h',
      database: 'd',
      retention: '3600s',
    });
    expect(target({})).toEqual({ url: 'http://from-environment:8086' });
  });

  it('refuses what is not set', () => {
    expect(() => target({ url: '${NOWHERE}' })).toThrow('NOWHERE');
    const scenario = { ...scenarioOf(workloadsOf({ requests: 1 })), influx: {} };
    expect(() => influxTargetOf(scenario, {})).toThrow('TOKENSTORM_INFLUX_URL is not set');
  });
});
