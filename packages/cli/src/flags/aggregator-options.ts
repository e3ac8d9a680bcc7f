import type { InfluxTarget } from '@tokenstorm/aggregator';
import type { Environment } from '@tokenstorm/core';
import type { Permissions } from '@tokenstorm/worker';
import { defined } from './defined.ts';
import { FlagValues } from './flag-values.ts';
import { readServicePermissions } from './read-permissions.ts';
import { durationMs, readService, textOr } from './service-options.ts';
import type { ServiceOptions } from './service-options.ts';

/** What `tokenstorm aggregator` was asked to be. */
export interface AggregatorServiceOptions extends ServiceOptions {
  readonly influx?: InfluxTarget;
  /** Keep the snapshots of each run in the store of this machine. */
  readonly snapshotLog: boolean;
  /** What scenarios may make it do with the InfluxDB that they name. */
  readonly permissions: Permissions;
}

const hourMs = 3_600_000;

/** The options of `tokenstorm aggregator` from what commander parsed. Throws one `E_USAGE` error that names every problem. */
export function readAggregatorOptions(
  parsed: Readonly<Record<string, unknown>>,
  environment: Environment,
): AggregatorServiceOptions {
  const values = new FlagValues(parsed);
  const influx = readInflux(values, environment);
  const options: AggregatorServiceOptions = {
    ...readService(values, environment),
    ...(influx !== undefined && { influx }),
    snapshotLog: values.switchValue('--no-snapshot-log') !== false,
    permissions: readServicePermissions(values, environment),
  };
  values.assertValid();
  return options;
}

function readInflux(values: FlagValues, { TOKENSTORM_INFLUX_URL }: Environment): InfluxTarget | undefined {
  const url = textOr(values, '--influx', TOKENSTORM_INFLUX_URL);
  const database = values.text('--influx-database');
  const retentionMs = durationMs(values, '--retention', { min: hourMs });
  if (database?.trim() === '') values.problem('--influx-database: expected a name');
  if (url !== undefined && !isHttp(url))
    values.problem('--influx: expected http://host:8086 or https://host:8086');
  if (url === undefined) {
    for (const name of ['--influx-database', '--retention'] as const)
      if (values.isGiven(name)) values.problem(`${name} needs --influx URL`);
    return undefined;
  }
  // InfluxDB measures retention in whole seconds.
  const retention = retentionMs === undefined ? undefined : `${Math.ceil(retentionMs / 1000)}s`;
  return { url, ...defined({ database, retention }) };
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
