import type { InfluxTarget } from '@tokenstorm/aggregator';
import { TokenstormError, resolveReferences } from '@tokenstorm/core';
import type { Environment, Scenario } from '@tokenstorm/core';

/**
 * The InfluxDB that a scenario names, with the variables of its URL filled in; undefined where it names none. Throws `E_USAGE`
 * where a variable, or the URL itself, is missing in this environment.
 */
export function influxTargetOf(
  { influx }: Pick<Scenario, 'influx'>,
  environment: Environment,
): InfluxTarget | undefined {
  if (influx === undefined) return undefined;
  const url =
    influx.url === undefined
      ? environment['TOKENSTORM_INFLUX_URL']
      : resolveReferences(influx.url, environment);
  if (!url) {
    throw new TokenstormError(
      'E_USAGE',
      'the export to influxdb has no `url`, and TOKENSTORM_INFLUX_URL is not set',
    );
  }
  const { database, retention } = influx;
  return { url, ...(database !== undefined && { database }), ...(retention !== undefined && { retention }) };
}
