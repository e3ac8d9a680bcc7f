import { dirname, resolve } from 'node:path';
import type { Call } from '../calls/call.ts';
import { callsCsv } from '../calls/calls-csv.ts';
import { statisticsOf, tiersOfStatistics } from '../calls/statistics.ts';
import { makeFolder } from '../run/make-folder.ts';
import { writeWholeFile } from '../run/whole-file.ts';
import type { MonitoredCall } from './monitored-call.ts';

const statuses = { completed: 'success', failed: 'error', cancelled: 'cancelled' } as const;

/** The calls as CSV where the file's name ends so, else as JSON with their statistics; times in seconds. */
export function performanceText(
  path: string,
  monitored: readonly MonitoredCall[],
  about: { readonly provider: string; readonly model: string; readonly generatedAt: Date },
): string {
  const calls = monitored.map(performanceCall);
  if (path.toLowerCase().endsWith('.csv')) return callsCsv(calls);
  const statistics = statisticsOf(calls);
  const results = {
    schema: 'tokenstorm.monitor/1',
    generated_at: about.generatedAt.toISOString(),
    provider: about.provider,
    model: about.model,
    statistics,
    tiers: tiersOfStatistics(statistics),
    calls: calls.map((call, index) => {
      const { model, error, cost_usd, tiers } = monitored[index]!;
      return { ...call, model, error, cost_usd, tier: tiers.overall };
    }),
  };
  return `${JSON.stringify(results, null, 2)}\n`;
}

/** A call as the files of `benchmark` have it. */
export function performanceCall(call: MonitoredCall): Call {
  const { ttft, e2e, output_tokens_per_second: speed } = call.metrics;
  const { input_tokens, output_tokens, connection_ms: connectionMs } = call;
  const isPartUnknown = ttft === undefined || connectionMs === null;
  return {
    timestamp: call.at,
    connection_time: seconds(connectionMs),
    time_to_first_token: seconds(ttft),
    time_to_completion: seconds(e2e),
    first_token_latency: isPartUnknown ? null : seconds(ttft - connectionMs),
    tokens_per_second: speed ?? null,
    input_tokens,
    output_tokens,
    total_tokens: input_tokens === null || output_tokens === null ? null : input_tokens + output_tokens,
    status: statuses[call.outcome],
    error_message: call.message,
  };
}

/** Writes a file of a session; `isOwn`: it may take the place of an earlier one. Rejects with what the file system says: `EEXIST` where another one is there. */
export async function writePerformance(path: string, text: string, isOwn: boolean): Promise<void> {
  await makeFolder(dirname(resolve(path)));
  await writeWholeFile(path, text, { mayReplace: isOwn });
}

/** To the microsecond. */
function seconds(ms: number | null | undefined): number | null {
  return ms === undefined || ms === null ? null : Math.round(ms * 1000) / 1e6;
}
