import type { LookupFunction } from 'node:net';
import { InfluxDB } from 'influx';
import type { InfluxAddress } from './influx-url.ts';
import { InfluxFailure, failureOf, failureOfQuery } from './influx-failure.ts';

export type InfluxValue = string | number | boolean | null;

/** Rows of one series as InfluxDB answers them: times in ms since the epoch. */
export interface InfluxSeries {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, InfluxValue>>[];
}

/** Values for the `$name` of a query. */
export type InfluxParameters = Readonly<Record<string, string | number>>;

/** One InfluxDB, asked over HTTP through its client library. Every method rejects with an `InfluxFailure`. */
export class InfluxConnection {
  readonly address: InfluxAddress;
  readonly database: string;
  readonly #client: InfluxDB;
  readonly #timeoutMs: number;

  /** `timeoutMs` is how long it may be silent while it is asked. */
  constructor(address: InfluxAddress, database: string, timeoutMs: number, lookup?: LookupFunction) {
    this.address = address;
    this.database = database;
    this.#client = client(address, database, timeoutMs, lookup);
    this.#timeoutMs = timeoutMs;
  }

  /** The server's version as it states it: `1.8.10`, `v2.7.4`; undefined where it does not. */
  async version(): Promise<string | undefined> {
    const [host] = await this.#client.ping(this.#timeoutMs);
    if (host === undefined || host.res === null) throw new InfluxFailure('unreachable', 'it does not answer');
    return host.version ?? undefined;
  }

  /** Writes lines of the line protocol, with times in ms. */
  async write(lines: string): Promise<void> {
    // The library puts a measurement into the request as it stands. It is given the finished lines, because its own escaping
    // lets line breaks through, changes values with a backslash, and works point by point in one go.
    const points = [{ measurement: lines, fields: {} }];
    await answered(this.#client.writePoints(points, { precision: 'ms' }), this.#timeoutMs);
  }

  /** The series that one statement of InfluxQL selects. */
  async query(text: string, parameters: InfluxParameters = {}): Promise<readonly InfluxSeries[]> {
    const answer = await answered(
      this.#client.queryRaw(text, { precision: 'ms', placeholders: { ...parameters }, method: 'POST' }),
      this.#timeoutMs,
    );
    return seriesOf(answer as QueryAnswer);
  }
}

function client(
  { protocol, host, port, path, username, password }: InfluxAddress,
  database: string,
  timeoutMs: number,
  lookup: LookupFunction | undefined,
): InfluxDB {
  return new InfluxDB({
    protocol,
    host,
    port,
    path,
    database,
    ...(lookup !== undefined && { options: { lookup } }),
    ...(username !== undefined && { username, password: password ?? '' }),
    // When to try again is decided by whoever asks.
    pool: { maxRetries: 0, requestTimeout: timeoutMs, backoff: noBackoff },
  });
}

const noBackoff = { getDelay: () => 0, next: () => noBackoff, reset: () => noBackoff };

/** What the library resolves to; in time, for it waits for ever for the rest of an answer whose server died. */
async function answered<T>(asking: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new InfluxFailure('unreachable', 'it did not answer in time')),
      timeoutMs + 1000,
    );
  });
  try {
    return await Promise.race([asking, late]);
  } catch (cause) {
    throw failureOf(cause);
  } finally {
    clearTimeout(timer);
  }
}

interface QueryAnswer {
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly {
      readonly name?: string;
      readonly tags?: Readonly<Record<string, string>>;
      readonly columns: readonly string[];
      readonly values?: readonly (readonly InfluxValue[])[];
    }[];
  }[];
}

function seriesOf({ results = [] }: QueryAnswer): readonly InfluxSeries[] {
  return results.flatMap(({ error, series = [] }) => {
    if (error !== undefined) throw failureOfQuery(error);
    return series.map(({ name = '', tags = {}, columns, values = [] }) => ({
      name,
      tags,
      rows: values.map((row) =>
        Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])),
      ),
    }));
  });
}
