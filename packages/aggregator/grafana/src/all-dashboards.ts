import { comparison } from './comparison.ts';
import { failures } from './failures.ts';
import { generator } from './generator.ts';
import { latency } from './latency.ts';
import { runOverview } from './run-overview.ts';
import type { Dashboard } from './schema.ts';
import { throughput } from './throughput.ts';

/** Every dashboard. */
const dashboards: readonly Dashboard[] = [runOverview, latency, throughput, failures, generator, comparison];

/** Each file in `dashboards/` by its name, as it must be. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  return new Map(dashboards.map((one) => [`${one.uid}.json`, `${JSON.stringify(one, null, 2)}\n`]));
}
