import type { InfluxStore } from '@tokenstorm/aggregator';
import { numbered } from '../view/number-text.ts';

/**
 * A sentence for the report of a run about the requests that are in none of its windows in InfluxDB, of so many in the measured
 * part; undefined where all are. Windows hold every request once. Rejects where InfluxDB does not answer.
 */
export async function missingWindows(
  store: InfluxStore,
  runId: string,
  scheduled: number,
): Promise<string | undefined> {
  const inWindows = (await store.windowAccounting(runId)).scheduled;
  if (inWindows >= scheduled) return undefined;
  const missing = numbered(scheduled - inWindows, 'request');
  return `InfluxDB lacks windows of ${runId}: ${missing} of ${scheduled.toLocaleString('en-US')} are in none of them.`;
}
