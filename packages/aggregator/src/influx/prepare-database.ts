import { TokenstormError, parseDuration } from '@tokenstorm/core';
import { InfluxFailure } from './influx-failure.ts';
import type { InfluxConnection } from './influx-connection.ts';

/** The retention policy that Tokenstorm makes, and makes the default of its database. */
const retentionPolicy = 'tokenstorm';
const defaultRetention = '30d';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * Makes the database and its retention policy where they are missing. `retention` (a duration: `30d`; at least `1h`) is how
 * long points are kept; without it 30 days for a new policy, and one that is there stays as it is. With InfluxDB 2.x both
 * must be there. Resolves to a warning where points are kept for another time than was asked for. Rejects with a
 * `TokenstormError` that says what to do: `E_INFLUX` where there is no answer, else `E_USAGE`.
 */
export async function prepareDatabase(
  connection: InfluxConnection,
  retention: string | undefined,
): Promise<string | undefined> {
  try {
    const version = await connection.version();
    if (version !== undefined && /^v?[23]\./.test(version)) return await checkMapping(connection, version);
    return await prepare(connection, retention);
  } catch (cause) {
    if (cause instanceof InfluxFailure) throw unusable(connection, cause);
    throw cause;
  }
}

async function prepare(
  connection: InfluxConnection,
  retention: string | undefined,
): Promise<string | undefined> {
  const policies = await policiesOf(connection);
  if (policies === undefined) {
    await connection.query(
      `CREATE DATABASE ${quoted(connection.database)} WITH ${terms(retention)} NAME ${quoted(retentionPolicy)}`,
    );
    return undefined;
  }
  const ours = policies.find(({ name }) => name === retentionPolicy);
  if (ours === undefined) return await createPolicy(connection, retention);
  const isKept = retention === undefined || parseDuration(ours.duration) === parseDuration(retention);
  if (isKept && ours.isDefault) return undefined;
  const wanted = retention ?? ours.duration;
  await connection.query(`ALTER RETENTION POLICY ${place(connection)} ${terms(wanted)} DEFAULT`);
  return undefined;
}

/** Whoever may only write to a database that somebody else made gets that one's own retention, unless another was asked for. */
async function createPolicy(
  connection: InfluxConnection,
  retention: string | undefined,
): Promise<string | undefined> {
  await refuseForeign(connection);
  try {
    await connection.query(`CREATE RETENTION POLICY ${place(connection)} ${terms(retention)} DEFAULT`);
    return undefined;
  } catch (cause) {
    if (retention !== undefined || !(cause instanceof InfluxFailure) || cause.kind !== 'unauthorized')
      throw cause;
    return `The user may not make a retention policy: InfluxDB keeps the points as long as the database ${connection.database} says.`;
  }
}

/** Our policy becomes the default one: what others write without naming theirs would go into it. */
async function refuseForeign(connection: InfluxConnection): Promise<void> {
  const found = await connection.query('SHOW MEASUREMENTS');
  const names = found.flatMap(({ rows }) => rows.map(({ name }) => String(name)));
  const foreign = names.filter((name) => !name.startsWith('tokenstorm_'));
  if (foreign.length === 0) return;
  const some = foreign.slice(0, 3).join(', ');
  throw new TokenstormError(
    'E_USAGE',
    `the database ${connection.database} of InfluxDB holds other measurements (${some}${foreign.length > 3 ? ', …' : ''})`,
    { hint: 'Give Tokenstorm a database of its own: it makes one that is missing.' },
  );
}

async function checkMapping(connection: InfluxConnection, version: string): Promise<undefined> {
  const policies = await policiesOf(connection);
  if (policies !== undefined && policies.length > 0) return undefined;
  throw new TokenstormError(
    'E_USAGE',
    `InfluxDB ${version} at ${connection.address.text} has no database ${connection.database}`,
    {
      hint: `InfluxDB 2.x needs a bucket, a mapping and a 1.x user made beforehand: influx bucket create --name ${connection.database} --retention 30d; influx v1 dbrp create --db ${connection.database} --rp ${retentionPolicy} --default --bucket-id ID; influx v1 auth create --username NAME --read-bucket ID --write-bucket ID. See docs/influxdb.md.`,
    },
  );
}

interface Policy {
  readonly name: string;
  /** As InfluxDB writes it: `720h0m0s`. */
  readonly duration: string;
  readonly isDefault: boolean;
}

/** Undefined where there is no such database. */
async function policiesOf(connection: InfluxConnection): Promise<readonly Policy[] | undefined> {
  try {
    const found = await connection.query(`SHOW RETENTION POLICIES ON ${quoted(connection.database)}`);
    return found.flatMap(({ rows }) =>
      rows.map((row) => ({
        name: String(row['name']),
        duration: String(row['duration']),
        isDefault: row['default'] === true,
      })),
    );
  } catch (cause) {
    if (cause instanceof InfluxFailure && cause.kind === 'no-database') return undefined;
    throw cause;
  }
}

function place({ database }: InfluxConnection): string {
  return `${quoted(retentionPolicy)} ON ${quoted(database)}`;
}

/** A shard group must not be longer than what it is kept for; these are InfluxDB's own lengths. */
function terms(retention: string = defaultRetention): string {
  const keptMs = parseDuration(retention) ?? 0;
  const duration = keptMs === 0 ? 'INF' : `${Math.ceil(keptMs / 1000)}s`;
  const group = keptMs === 0 || keptMs > 180 * dayMs ? '7d' : keptMs < 2 * dayMs ? '1h' : '1d';
  return `DURATION ${duration} REPLICATION 1 SHARD DURATION ${group}`;
}

/** A name as InfluxQL quotes it. */
function quoted(name: string): string {
  return `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** What to say of an InfluxDB that cannot be used, and what to do about it: `E_INFLUX` where it may be well a moment later, else `E_USAGE`. */
export function unusable({ address, database }: InfluxConnection, failure: InfluxFailure): TokenstormError {
  const hints: Readonly<Record<InfluxFailure['kind'], string>> = {
    unreachable: 'Check that InfluxDB runs there; its port is 8086 unless it was changed.',
    failed: 'See what InfluxDB itself logs.',
    unauthorized: `Give user and password in the URL (http://user:password@host:8086), of a user with ALL on ${database}; an admin may make the database beforehand: CREATE DATABASE ${quoted(database)} WITH DURATION 30d REPLICATION 1 NAME ${quoted(retentionPolicy)}.`,
    'no-database': 'Check that the URL is that of InfluxDB (1.x, or 2.x with a database made beforehand).',
    'too-large': 'Check what stands between this machine and InfluxDB.',
    refused: 'Check that the URL is that of InfluxDB (1.x, or 2.x with a database made beforehand).',
  };
  const message = `InfluxDB at ${address.text} cannot be used: ${failure.message}`;
  const hint = hints[failure.kind];
  return failure.kind === 'unreachable' || failure.kind === 'failed'
    ? new TokenstormError('E_INFLUX', message, { hint })
    : new TokenstormError('E_USAGE', message, { hint });
}
