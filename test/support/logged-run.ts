import { readFileSync, readdirSync } from 'node:fs';
import { SeriesTotals } from '@tokenstorm/core';
import type { MetricsSnapshot, Report } from '@tokenstorm/core';

const windowMs = 5000;

/** What became known in one window of a run. */
export interface LoggedWindow {
  readonly elapsedS: number;
  readonly epochMs: number;
  readonly totals: SeriesTotals;
}

/** A run as its snapshot log tells it, without what went into InfluxDB. */
export interface LoggedRun {
  readonly report: Report;
  /** Whole, as InfluxDB has its times. */
  readonly startedAtEpochMs: number;
  /** In the order of the log. */
  readonly snapshots: readonly MetricsSnapshot[];
  readonly windows: readonly LoggedWindow[];
  readonly totals: SeriesTotals;
  /** End of the last interval. */
  readonly endedAtEpochMs: number;
}

/** The run of this report from the logs in a store's folder; parts of a log hold different snapshots here. */
export function loggedRun(home: string, report: Report): LoggedRun {
  const names = readdirSync(`${home}/runs`).filter((name) => name.startsWith(report.run.id));
  const lines = names.flatMap((name) => linesOf(readFileSync(`${home}/runs/${name}`, 'utf8')));
  const snapshots = lines.flatMap(({ snapshot }) => snapshot ?? []);
  const start = lines.find(({ event }) => event?.type === 'run-start')?.event?.startAtEpochMs ?? 0;
  const startedAtEpochMs = Math.floor(start);
  const windows = Map.groupBy(snapshots, ({ intervalStartMs }) =>
    Math.max(0, Math.floor(intervalStartMs / windowMs)),
  );
  return {
    report,
    startedAtEpochMs,
    snapshots,
    windows: [...windows.keys()]
      .toSorted((a, b) => a - b)
      .map((index) => ({
        elapsedS: (index * windowMs) / 1000,
        epochMs: Math.floor(start + index * windowMs),
        totals: totalsOf(windows.get(index) ?? []),
      })),
    totals: totalsOf(snapshots),
    endedAtEpochMs: Math.floor(
      start + Math.max(...snapshots.map(({ intervalStartMs, intervalMs }) => intervalStartMs + intervalMs)),
    ),
  };
}

/** The sum of these snapshots. */
export function totalsOf(snapshots: readonly MetricsSnapshot[]): SeriesTotals {
  const totals = new SeriesTotals();
  for (const { series } of snapshots) for (const one of series) totals.add(one);
  return totals;
}

interface LogLine {
  readonly snapshot?: MetricsSnapshot;
  readonly event?: { readonly type: string; readonly startAtEpochMs?: number };
}

function linesOf(text: string): LogLine[] {
  return text
    .trim()
    .split('\n')
    .map((line) =>
      JSON.parse(line, (key, part: unknown) =>
        key === 'hdr' && typeof part === 'string' ? Uint8Array.from(Buffer.from(part, 'base64')) : part,
      ),
    );
}
