import { addAccounting, emptyAccounting } from '@tokenstorm/core';
import type { Accounting, SeriesTotals, SnapshotSeries } from '@tokenstorm/core';
import { InfluxFailure } from './influx-failure.ts';
import type { InfluxConnection, InfluxParameters, InfluxSeries } from './influx-connection.ts';
import { connectionTo } from './influx-sink.ts';
import type { InfluxTarget } from './influx-sink.ts';
import { unusable } from './prepare-database.ts';
import { allValues, keptDistributions, labelTag, measurements } from './schema.ts';
import { storedTagValue } from './line.ts';
import type { StoredFacts } from './stored-facts.ts';
import { endedSeries, latencySeries, requestSeries } from './stored-series.ts';

/** A run as InfluxDB knows it. */
export interface StoredRun {
  readonly runId: string;
  readonly name: string;
  /** As one text: `eu-west, us-east`. */
  readonly regions: string;
  readonly startedAtEpochMs: number;
  readonly seed: number;
  /** Absent where its end is not there: it is under way, or ended without InfluxDB. */
  readonly end?: { readonly verdict: string; readonly validity: string; readonly durationSeconds: number };
}

/** Which groups are meant: those that have one of the values of each label that is named. */
export interface StoredSelection {
  readonly region?: readonly string[];
  readonly scenario?: readonly string[];
  readonly model?: readonly string[];
}

/** Ms from the run's start, in windows: all that start in it. */
export interface StoredRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Of a run's windows, so many ms are asked for at a time: a histogram is up to 15 kB. */
const sliceMs = 60_000;
const queryTimeoutMs = 60_000;

/** What sinks have written, to be read again. Every method rejects with a `TokenstormError` where InfluxDB cannot be asked. */
export class InfluxStore {
  readonly #connection: InfluxConnection;

  /** Throws `E_USAGE` for a URL that cannot be read. Nothing is asked yet. */
  constructor(target: Pick<InfluxTarget, 'url' | 'database' | 'lookup'>) {
    this.#connection = connectionTo(target, queryTimeoutMs);
  }

  /** Where it is, for messages. */
  get place(): string {
    return `${this.#connection.address.text}, database ${this.#connection.database}`;
  }

  /** Every run, the newest first. */
  async runs(): Promise<readonly StoredRun[]> {
    const found = await this.#query(
      `SELECT "regions", "verdict", "validity", "duration_s", "seed" FROM ${measurements.runs} GROUP BY "run", "name", "event"`,
    );
    const byRun = Map.groupBy(found, ({ tags }) => tags['run'] ?? '');
    const runs = [...byRun].map(([runId, events]) => storedRun(runId, events));
    return runs.toSorted((a, b) => b.startedAtEpochMs - a.startedAtEpochMs);
  }

  /** What the annotation of a run's end says; undefined where there is none. */
  async facts(runId: string): Promise<StoredFacts | undefined> {
    const [series] = await this.#query(
      `SELECT "facts" FROM ${measurements.runs} WHERE "run" = $run AND "event" = 'end'`,
      { run: storedTagValue(runId) },
    );
    const facts = series?.rows.at(-1)?.['facts'];
    return typeof facts === 'string' ? (JSON.parse(facts) as StoredFacts) : undefined;
  }

  /** The values of the labels that a run has. */
  async labels(runId: string): Promise<Readonly<Record<keyof StoredSelection, readonly string[]>>> {
    const found = await this.#query(
      `SELECT "scheduled" FROM ${measurements.requests}, ${measurements.runRequests} WHERE "run" = $run AND "scenario" != '${allValues}' GROUP BY "region", "scenario", "model" LIMIT 1`,
      { run: storedTagValue(runId) },
    );
    const of = (label: string) => [...new Set(found.map(({ tags }) => tags[label] ?? ''))].toSorted();
    return { region: of('region'), scenario: of('scenario'), model: of('model') };
  }

  /** Adds what was written when the run ended: all of it, one point for each group. */
  async addWhole(runId: string, selection: StoredSelection, totals: SeriesTotals): Promise<void> {
    const where = conditions(runId, selection);
    await this.#add(totals, measurements.runRequests, measurements.runLatency, where);
  }

  /**
   * Adds the windows of a part of the run: the requests whose outcome became known in them, each counted as scheduled with it.
   * Resolves to how many windows there are.
   */
  async addWindows(
    run: Pick<StoredRun, 'runId' | 'startedAtEpochMs'>,
    selection: StoredSelection,
    { fromMs, toMs }: StoredRange,
    totals: SeriesTotals,
  ): Promise<number> {
    const starts = new Set<unknown>();
    const lastMs = Math.min(toMs, (await this.#lastWindowMs(run)) + 1);
    for (let startMs = Math.max(0, fromMs); startMs < lastMs; startMs += sliceMs) {
      const [first, end] = [startMs, Math.min(startMs + sliceMs, lastMs)].map(
        (ms) => run.startedAtEpochMs + ms,
      );
      const { text, parameters } = conditions(run.runId, selection);
      const where = { text: `${text} AND time >= ${first}ms AND time < ${end}ms`, parameters };
      const times = await this.#add(totals, measurements.requests, measurements.latency, where, endedSeries);
      for (const time of times) starts.add(time);
    }
    return starts.size;
  }

  /** Outcomes over all windows that are there, of the measured phase. */
  async windowAccounting(runId: string): Promise<Accounting> {
    const found = await this.#query(
      `SELECT SUM("scheduled") AS "scheduled", SUM("completed") AS "completed", SUM("failed") AS "failed", SUM("dropped") AS "dropped", SUM("lost") AS "lost", SUM("cancelled") AS "cancelled" FROM ${measurements.requests} WHERE "run" = $run AND "region" = '${allValues}' AND "provider" = '${allValues}' AND "phase" = 'main'`,
      { run: storedTagValue(runId) },
    );
    return found
      .flatMap(requestSeries)
      .map(({ accounting }) => accounting)
      .reduce(addAccounting, emptyAccounting);
  }

  async #lastWindowMs({
    runId,
    startedAtEpochMs,
  }: Pick<StoredRun, 'runId' | 'startedAtEpochMs'>): Promise<number> {
    const [series] = await this.#query(
      `SELECT LAST("scheduled") FROM ${measurements.requests} WHERE "run" = $run`,
      { run: storedTagValue(runId) },
    );
    const time = series?.rows[0]?.['time'];
    return typeof time === 'number' ? time - startedAtEpochMs : -1;
  }

  /** Resolves to the times of the points that were added. */
  async #add(
    totals: SeriesTotals,
    requests: string,
    latency: string,
    { text, parameters }: Conditions,
    readCounts = requestSeries,
  ): Promise<readonly unknown[]> {
    const metrics = keptDistributions.map((name) => `"metric" = '${name}'`).join(' OR ');
    const counts = await this.#query(`SELECT * FROM ${requests} WHERE ${text} GROUP BY *`, parameters);
    addAll(totals, counts, readCounts);
    const trends = await this.#query(
      `SELECT "count", "sum", "sum_of_squares", "min", "max", "hdr" FROM ${latency} WHERE ${text} AND (${metrics}) GROUP BY *`,
      parameters,
    );
    addAll(totals, trends, latencySeries);
    return counts.flatMap(({ rows }) => rows.map(({ time }) => time));
  }

  async #query(text: string, parameters: InfluxParameters = {}): Promise<readonly InfluxSeries[]> {
    try {
      return await this.#connection.query(text, parameters);
    } catch (cause) {
      if (cause instanceof InfluxFailure) throw unusable(this.#connection, cause);
      throw cause;
    }
  }
}

function storedRun(runId: string, events: readonly InfluxSeries[]): StoredRun {
  const rowOf = (event: string) => events.find(({ tags }) => tags['event'] === event)?.rows.at(-1);
  const [start, end] = [rowOf('start'), rowOf('end')];
  const durationSeconds = Number(end?.['duration_s'] ?? 0);
  return {
    runId,
    name: events[0]?.tags['name'] ?? '',
    regions: String((start ?? end)?.['regions'] ?? ''),
    startedAtEpochMs: Number(start?.['time'] ?? 0) || Number(end?.['time'] ?? 0) - durationSeconds * 1000,
    seed: Number((start ?? end)?.['seed'] ?? 0),
    ...(end !== undefined && {
      end: { verdict: String(end['verdict']), validity: String(end['validity']), durationSeconds },
    }),
  };
}

interface Conditions {
  readonly text: string;
  readonly parameters: InfluxParameters;
}

/** Groups only: the roll-ups hold the same again. */
function conditions(runId: string, selection: StoredSelection): Conditions {
  const parameters: Record<string, string> = { run: storedTagValue(runId) };
  const parts = [`"run" = $run`, `"scenario" != '${allValues}'`];
  for (const [label, values] of Object.entries(selection) as [string, readonly string[] | undefined][]) {
    if (values === undefined || values.length === 0) continue;
    const alternatives = values.map((value, index) => {
      parameters[`${label}${index}`] = labelTag(value);
      return `"${label}" = $${label}${index}`;
    });
    parts.push(`(${alternatives.join(' OR ')})`);
  }
  return { text: parts.join(' AND '), parameters };
}

function addAll(
  totals: SeriesTotals,
  found: readonly InfluxSeries[],
  read: (series: InfluxSeries) => SnapshotSeries[],
): void {
  for (const series of found) for (const part of read(series)) totals.add(part);
}
