import { setTimeout as sleep } from 'node:timers/promises';

/**
 * One request as the simulator logged it: what it received and wrote, and when (CLOCK_MONOTONIC, ms). These files know
 * the log's JSON and the definitions of the metrics, and nothing else of this project.
 */
export interface Truth {
  readonly ordinal: number;
  readonly model_ordinal: number;
  readonly model: string;
  readonly endpoint: 'chat' | 'completions' | 'responses' | 'messages';
  readonly stream: boolean;
  /** The same for each attempt at a request. */
  readonly body_hash: string;
  /** Input and asked output together. */
  readonly asked_tokens: number;
  readonly request_on_connection: number;
  /** What the request's header `x-client` said: a worker's name, where the scenario sends it. */
  readonly client: string | null;
  readonly received_at_ms: number;
  readonly outcome: 'completed' | 'failed' | 'rejected' | 'aborted' | 'open';
  readonly fault: string | null;
  readonly first_write_at_ms: number | null;
  readonly last_write_at_ms: number | null;
  readonly first_content_at_ms: number | null;
  readonly last_content_at_ms: number | null;
  readonly content_events: number;
  /** After `received_at_ms`. */
  readonly content_ms: readonly number[];
  readonly content_tokens: readonly number[];
  readonly tokens: number;
  readonly reasoning_events: number;
  /** What its usage stated; `null` where none was sent. */
  readonly token_counts: TruthTokenCounts | null;
}

/** Stated token counts, whatever the dialect calls them. */
export interface TruthTokenCounts {
  /** All input, cached or not. */
  readonly input: number;
  /** All output, reasoning included. */
  readonly output: number;
  /** `null` where the usage does not tell it apart. */
  readonly reasoning: number | null;
  readonly cached: number;
  readonly cache_write: number;
}

const patienceMs = 5000;
const startPatienceMs = 30_000;

/** The log of the simulator at this address, in order of reception, once no answer is under way any more. */
export async function readTruth(url: string): Promise<readonly Truth[]> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    const records = await readRecords(url);
    if (!records.some((record) => record.outcome === 'open')) return records;
    if (performance.now() > deadlineMs) throw new Error('The simulator still answers requests.');
    await sleep(20);
  }
}

/** Resolves when the simulator has received so many requests to each of these models. */
export async function untilReceived(url: string, models: readonly string[], count: number): Promise<void> {
  const deadlineMs = performance.now() + startPatienceMs;
  for (;;) {
    const response = await fetch(`${url}/truth/summary`);
    const summary = (await response.json()) as { models: Record<string, { received: number }> };
    if (models.every((model) => (summary.models[model]?.received ?? 0) >= count)) return;
    if (performance.now() > deadlineMs) throw new Error('The simulator received too few requests.');
    await sleep(10);
  }
}

/**
 * How late the simulator itself was, against its own plan, in nine of ten writes: what the machine did to a process that
 * has nothing to do but to write at given moments. In ms.
 */
export async function readNoise(url: string): Promise<number> {
  const response = await fetch(`${url}/truth/summary`);
  const { pacing_error } = (await response.json()) as { pacing_error: { p90: number | null } };
  return pacing_error.p90 ?? 0;
}

/** The log without the requests by which a run looks at an endpoint before its load: they are empty, and refused. */
export function withoutChecks(truth: readonly Truth[]): readonly Truth[] {
  return truth.filter(({ model, outcome }) => model !== '' || outcome !== 'rejected');
}

/** The records of one model, streamed or not. */
export function truthOf(truth: readonly Truth[], model: string, stream: boolean): readonly Truth[] {
  return truth.filter((record) => record.model === model && record.stream === stream);
}

/**
 * The value at a quantile by nearest rank, as HdrHistogram defines it: the one of rank `ceil(quantile x count)`, and at
 * least the first.
 */
export function quantileOf(values: readonly number[], quantile: number): number {
  const rank = Math.max(1, Math.ceil(quantile * values.length));
  const value = values.toSorted((a, b) => a - b)[rank - 1];
  if (value === undefined) throw new Error('There is no quantile of nothing.');
  return value;
}

/** The log of the simulator at this address as it stands, answers under way included. */
export async function readRecords(url: string): Promise<readonly Truth[]> {
  const response = await fetch(`${url}/truth/records`);
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Truth);
}
