import { Gauge, Registry } from 'prom-client';
import { addProcessMetrics, counter, gauge } from './worker-metrics.ts';

/** What an aggregator does at the moment, and did so far. */
export interface AggregatorFigures {
  /** Runs that it adds up; `unwritten` are points that InfluxDB does not have yet. */
  readonly runs: readonly { readonly runId: string; readonly unwritten: number }[];
  readonly snapshots: number;
  readonly redisConnected: boolean;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** What `/metrics` of an aggregator shows, by the names in docs/distributed.md. Runs that have ended leave nothing behind. */
export async function aggregatorMetrics(
  figures: AggregatorFigures,
  startedAtEpochMs: number,
): Promise<string> {
  const registry = new Registry();
  gauge(registry, 'tokenstorm_aggregator_runs', 'Runs that are added up here', figures.runs.length);
  gauge(
    registry,
    'tokenstorm_aggregator_redis_connected',
    '1 while Redis answers',
    Number(figures.redisConnected),
  );
  counter(
    registry,
    'tokenstorm_aggregator_snapshots_total',
    'Snapshots that were added up',
    figures.snapshots,
  );
  const unwritten = new Gauge({
    name: 'tokenstorm_aggregator_influx_unwritten_points',
    help: 'Points that InfluxDB does not have yet, by run',
    labelNames: ['run'],
    registers: [registry],
  });
  for (const { runId: run, unwritten: points } of figures.runs) unwritten.set({ run }, points);
  addProcessMetrics(registry, { ...figures, startedAtEpochMs });
  return registry.metrics();
}
