import { Trend } from '@tokenstorm/core';
import type { EncodedTrend, MetricsSnapshot } from '@tokenstorm/core';
import type { LoggedRun } from './logged-run.ts';
import { totalsOf } from './logged-run.ts';
import type { PanelContext, Row } from './grafana-rows.ts';
import { mapped } from './grafana-rows.ts';

/** A value that must be one of these: what was known just then depends on the moment. */
export class OneOf {
  readonly values: ReadonlySet<unknown>;

  constructor(values: Iterable<unknown>) {
    this.values = new Set(values);
  }

  /** Whether it is a number at all. */
  get isKnown(): boolean {
    return [...this.values].some(Number.isFinite);
  }
}

/** A figure of the generator: all that it may have been in the run so far, and what the report says of it, where it does. */
interface Figure {
  readonly soFar: (run: LoggedRun) => readonly number[];
  readonly atEnd?: (run: LoggedRun) => number | null;
}

/** Figures of the generator in each step: of its windows, and of the run's end. */
export function generatorOverTime(
  figures: Readonly<Record<string, Figure>>,
): (context: PanelContext) => readonly Row[] {
  return ({ run, intervalMs }) => {
    const stepOf = (epochMs: number) => Math.floor(epochMs / intervalMs) * intervalMs;
    const inWindows = new Set(run.windows.map(({ epochMs }) => stepOf(epochMs)));
    const end = stepOf(run.endedAtEpochMs);
    const value = ({ soFar, atEnd }: Figure, time: number) =>
      new OneOf([
        ...(inWindows.has(time) ? soFar(run) : []),
        ...(time === end ? [atEnd?.(run) ?? null] : []),
      ]);
    return [...new Set([...inWindows, end])]
      .map((time) => ({ time, ...mapped(figures, (figure) => value(figure, time)) }))
      .filter((row) => Object.values<unknown>(row).some((known) => known instanceof OneOf && known.isKnown));
  };
}

/** What the snapshots said by then, one value for each that came. */
function bySnapshot(take: () => (snapshot: MetricsSnapshot) => number): Figure['soFar'] {
  return ({ snapshots }) => snapshots.map(take());
}

/** The p99 of a distribution that the workers add to, from the end of the warm-up on. */
const p99SoFar = (name: 'stampErrorBound' | 'eventLoopDelay') =>
  bySnapshot(() => {
    const sum = new Trend();
    return ({ health, intervalStartMs, intervalMs }) => {
      const added: EncodedTrend | undefined = health[name];
      if (added !== undefined && intervalStartMs + intervalMs > warmupMs) sum.merge(added);
      return sum.quantile(0.99);
    };
  });

/** Requests of the runs that start in it are a warm-up. */
export const warmupMs = 1000;

const most = (byWorker: ReadonlyMap<string, number>) => Math.max(...byWorker.values());

/** The generator's figures by the names of their fields. */
export const generatorFigures = {
  in_flight: {
    soFar: bySnapshot(() => {
      const byShard = new Map<number, number>();
      return ({ shard, final, last = false, health }) => {
        byShard.set(shard, final || last ? 0 : health.inFlight);
        return [...byShard.values()].reduce((sum, count) => sum + count, 0);
      };
    }),
  },
  cpu_ratio: {
    soFar: bySnapshot(() => {
      const byWorker = new Map<string, number>();
      return ({ workerId, health }) => most(byWorker.set(workerId, health.cpuRatio));
    }),
    atEnd: ({ report }: LoggedRun) => report.generator.cpu_ratio,
  },
  rss_mb: {
    soFar: bySnapshot(() => {
      let largest = 0;
      return ({ health }) => Math.round((largest = Math.max(largest, health.rssBytes)) / 1e5) / 10;
    }),
    atEnd: ({ report }: LoggedRun) => report.generator.rss_mb,
  },
  workers: {
    soFar: bySnapshot(() => {
      const workers = new Set<string>();
      return ({ workerId }) => workers.add(workerId).size;
    }),
    atEnd: ({ report }: LoggedRun) => report.run.workers,
  },
  run_queue_delay_ratio: {
    soFar: bySnapshot(() => {
      const byWorker = new Map<string, { queuedMs: number; knownMs: number }>();
      return ({ workerId, health, intervalStartMs, intervalMs }) => {
        const sum = byWorker.get(workerId) ?? { queuedMs: 0, knownMs: 0 };
        if (health.runQueueDelayRatio !== undefined && intervalStartMs + intervalMs > warmupMs) {
          sum.queuedMs += health.runQueueDelayRatio * intervalMs;
          sum.knownMs += intervalMs;
          byWorker.set(workerId, sum);
        }
        return Math.max(...[...byWorker.values()].map(({ queuedMs, knownMs }) => queuedMs / knownMs));
      };
    }),
    atEnd: ({ report }: LoggedRun) => report.generator.run_queue_delay_ratio,
  },
  clock_error_ms: {
    soFar: bySnapshot(() => {
      let largest = -Infinity;
      return ({ health, intervalStartMs, intervalMs }) => {
        const isMeasured = intervalStartMs + intervalMs > warmupMs;
        return (largest = Math.max(largest, (isMeasured ? health.clockErrorMs : undefined) ?? -Infinity));
      };
    }),
    atEnd: ({ report }: LoggedRun) => report.generator.clock_error_ms,
  },
  stamp_error_bound_p99_ms: {
    soFar: p99SoFar('stampErrorBound'),
    atEnd: ({ report }: LoggedRun) => report.generator.stamp_error_bound_p99_ms,
  },
  event_loop_delay_p99_ms: {
    soFar: p99SoFar('eventLoopDelay'),
    atEnd: ({ report }: LoggedRun) => report.generator.event_loop_delay_p99_ms,
  },
  lateness_limit_ms: { soFar: limitSoFar('ttft', 20) },
  stamp_error_limit_ms: { soFar: limitSoFar('icl', 5) },
} as const satisfies Readonly<Record<string, Figure>>;

/** A floor, or a fifth of a median, by what is known of the run up to each second: docs/validity.md. */
function limitSoFar(name: 'ttft' | 'icl', floorMs: number): Figure['soFar'] {
  return ({ snapshots }) => {
    const seconds = new Set(snapshots.map(({ intervalStartMs }) => intervalStartMs));
    return [...seconds].map((upToMs) => {
      const known = totalsOf(snapshots.filter(({ intervalStartMs }) => intervalStartMs <= upToMs));
      return Math.max(floorMs, 0.2 * (known.trend(name, { phase: 'main' })?.quantile(0.5) ?? 0));
    });
  };
}
