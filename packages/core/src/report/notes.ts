import type { TrendName } from '../metrics/definitions.ts';
import type { SeriesSum } from '../metrics/series-totals.ts';
import type { Travel } from '../metrics/snapshot.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { sampleFloors } from './sample-floor.ts';

/** What a reader must know about a scenario to read its numbers right: sentences for the report's `notes`. */
export function scenarioNotes(scenario: Scenario): string[] {
  const insecure = scenario.targets.filter((target) => target.tls.insecure).map((target) => target.key);
  return insecure.length === 0 ? [] : [`TLS certificates were not checked for ${insecure.join(', ')}.`];
}

/** Ways to a server that are not our own sockets, and what their figures lack. */
const detours: Readonly<Record<string, string>> = {
  'undici-proxy': 'Requests went through the proxy that the environment names: its time is in every latency.',
  'undici-h2': 'Requests went over HTTP/2 through undici: stamps are taken after its parsing.',
};

/** How the requests travelled, where it was not simply over connections of our own. */
export function travelNotes(travel: Travel): string[] {
  const notes = travel.paths.flatMap((path) => detours[path] ?? []);
  if (travel.redirects > 0) {
    notes.push(
      `${travel.redirects.toLocaleString('en-US')} redirects were followed: name the final URL to measure the server alone.`,
    );
  }
  if (travel.decodedResponses > 0) {
    notes.push(
      `${travel.decodedResponses.toLocaleString('en-US')} responses were compressed although identity was asked for; they were decoded after their time stamp.`,
    );
  }
  return notes;
}

/** The number of values behind a distribution. */
type Counts = ReadonlyMap<TrendName, { readonly count: number }>;

const percentileNames = { p90: 'p90', p95: 'p95', p99: 'p99', p999: 'p99.9' } as const;

/**
 * Says which percentiles rest on too few requests, and when nothing was measured at all. Judged by `e2e`, which has one
 * value for each completed request.
 */
export function sampleNotes(trends: Counts): string[] {
  const count = trends.get('e2e')?.count ?? 0;
  if (count === 0) return ['No request completed: there are no latencies.'];
  const names = (['p90', 'p95', 'p99', 'p999'] as const).filter((name) => count < sampleFloors[name]);
  if (names.length === 0) return [];
  const floors = names.map(
    (name) => `${percentileNames[name]} needs ${sampleFloors[name].toLocaleString('en-US')}`,
  );
  const requests = `${count.toLocaleString('en-US')} completed ${count === 1 ? 'request is' : 'requests are'}`;
  return [`${requests} too few for the tail: ${floors.join(', ')}. Such percentiles are marked ~ in tables.`];
}

/** Says whose token counts are not the provider's: it said nothing. */
export function tokenNotes({ accounting, counters }: Pick<SeriesSum, 'accounting' | 'counters'>): string[] {
  const { tokens_estimated: estimated = 0, tokens_from_provider: given = 0 } = counters;
  const counted = accounting.completed - given - estimated;
  const whose = (requests: number) =>
    `${requests.toLocaleString('en-US')} of ${accounting.completed.toLocaleString('en-US')} completed requests`;
  return [
    ...(counted > 0
      ? [`The provider gave no token counts for ${whose(counted)}: the tokenizer counted their output.`]
      : []),
    ...(estimated > 0
      ? [
          `The provider gave no token counts for ${whose(estimated)}: their output tokens are estimated (characters / 4), and figures per token with them.`,
        ]
      : []),
  ];
}
