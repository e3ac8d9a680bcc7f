import { parseInfluxUrl } from '@tokenstorm/aggregator';
import type { InfluxTarget } from '@tokenstorm/aggregator';
import { TokenstormError, referencedNames } from '@tokenstorm/core';
import type { Environment, Scenario } from '@tokenstorm/core';
import { EgressPolicy, guardedLookup, mayUseVariable, refusedHost } from '@tokenstorm/worker';
import type { Permissions } from '@tokenstorm/worker';
import { influxTargetOf } from '../run/influx-target.ts';

/**
 * The InfluxDB that a scenario from elsewhere names, as far as it may: undefined where it names none. Throws `E_NOT_ALLOWED` where its
 * URL names a variable or a host that scenarios may not use here, `E_USAGE` for anything else that is wrong with it. Its name is
 * looked at once more for each connection.
 */
export function scenarioInflux(
  scenario: Pick<Scenario, 'influx'>,
  permissions: Permissions,
  environment: Environment,
): InfluxTarget | undefined {
  const { influx } = scenario;
  if (influx?.url === undefined) return influxTargetOf(scenario, environment);
  const refused = referencedNames(influx.url).filter((name) => !mayUseVariable(name, permissions));
  if (refused.length > 0) {
    const message = `the InfluxDB of the scenario names variables that scenarios may not name here: ${refused.join(', ')}`;
    throw new TokenstormError('E_NOT_ALLOWED', message, {
      hint: 'start the aggregator with --allow-env NAME for each of them, or with --influx URL',
    });
  }
  const target = influxTargetOf(scenario, environment);
  return (
    target && { ...target, lookup: guardedLookup(permittedHost(target.url, permissions), portOf(target)) }
  );
}

function permittedHost(url: string, { hosts }: Permissions): EgressPolicy {
  const egress = new EgressPolicy(hosts);
  const { host, port } = parseInfluxUrl(url);
  if (egress.mayBeHost(host, port)) return egress;
  throw new TokenstormError('E_NOT_ALLOWED', `the InfluxDB of the scenario: ${refusedHost(host, port)}`, {
    hint: 'start the aggregator with --allow-host HOST, or with --influx URL',
  });
}

function portOf({ url }: InfluxTarget): number {
  return parseInfluxUrl(url).port;
}
