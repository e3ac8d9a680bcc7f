import type { RunEntry } from '@tokenstorm/transport';
import type { RedisLink } from '../run/redis-link.ts';
import type { TaggedRun } from './run-history.ts';
import type { RunSummary } from './run-summary.ts';

type Known = Omit<
  RunSummary,
  'verdict' | 'validity' | 'duration_s' | 'workers' | 'version' | 'requests' | 'scenario_hash'
>;

/** A run in a list. Snake case: it leaves the process as it is. What is not known before its end is `null`. */
export interface ListedRun extends Known {
  /** `waiting`: it has not started; `stopping`: it has, and starts no more requests. */
  readonly state: 'waiting' | 'running' | 'stopping' | 'ended';
  /** When it was created or started, ISO 8601. */
  readonly created_at: string;
  /** Since then. */
  readonly age_s: number;
  readonly duration_s: number | null;
  readonly verdict: RunSummary['verdict'] | null;
  readonly validity: RunSummary['validity'] | null;
  readonly requests: number | null;
  readonly scenario_hash: string | null;
  readonly tags: readonly string[];
}

/** Runs of the history as they are listed. */
export function listedRuns(runs: readonly TaggedRun[], nowEpochMs: number): readonly ListedRun[] {
  return runs.map(({ workers: _workers, version: _version, ...run }) => ({
    ...run,
    state: 'ended',
    created_at: run.started_at,
    age_s: ageSeconds(run.started_at, nowEpochMs),
  }));
}

/** The runs over Redis that have not ended, as they are listed. */
export async function listedUnderWay(
  link: RedisLink,
  entries: readonly RunEntry[],
): Promise<readonly ListedRun[]> {
  const open = entries.filter(({ verdict }) => verdict === undefined);
  return Promise.all(open.map((entry) => underWay(link, entry)));
}

async function underWay(link: RedisLink, entry: RunEntry): Promise<ListedRun> {
  const { runId, name, regions, createdAtEpochMs } = entry;
  const createdAt = new Date(createdAtEpochMs).toISOString();
  return {
    id: runId,
    name,
    state: await stateOf(link, runId),
    mode: 'distributed',
    regions,
    created_at: createdAt,
    started_at: createdAt,
    age_s: ageSeconds(createdAt, link.transport.clock.epochMs()),
    ...nothingKnown,
  };
}

const nothingKnown = {
  duration_s: null,
  verdict: null,
  validity: null,
  requests: null,
  error_ratio: null,
  ttft_p50_ms: null,
  ttft_p95_ms: null,
  ttft_p99_ms: null,
  e2e_p95_ms: null,
  output_tokens_per_second: null,
  cost_usd: null,
  scenario_hash: null,
  git_commit: null,
  tags: [],
} as const;

async function stateOf(link: RedisLink, runId: string): Promise<ListedRun['state']> {
  const events = await link.ask(link.transport.runs.events(runId));
  if (!events.some(({ type }) => type === 'run-start')) return 'waiting';
  return events.some(({ type }) => type === 'run-stop') ? 'stopping' : 'running';
}

function ageSeconds(since: string, nowEpochMs: number): number {
  return Math.max(0, Math.round((nowEpochMs - Date.parse(since)) / 1000));
}
