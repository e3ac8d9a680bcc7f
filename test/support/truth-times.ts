import type { Truth } from './truth.ts';

/** Latencies of completed answers in ms, from the reception of the request to the writes of its answer. */
export interface TruthTimes {
  /** First content. */
  readonly ttft: readonly number[];
  /** First content that is no reasoning. */
  readonly ttfo: readonly number[];
  /** First byte. */
  readonly ttfb: readonly number[];
  /** Last content. */
  readonly e2e: readonly number[];
  /** Last byte, end marks included. */
  readonly e2eClose: readonly number[];
  /** Between content events that follow each other, of all answers together. */
  readonly gaps: readonly number[];
  /** The same divided by the tokens that ended each gap, once for each of them. */
  readonly tokenGaps: readonly number[];
}

/** When everything was really written. */
export function truthTimes(truth: readonly Truth[]): TruthTimes {
  const done = truth.filter((record) => record.outcome === 'completed');
  return {
    ttft: done.flatMap((record) => after(record, record.first_content_at_ms)),
    ttfo: done.flatMap((record) => record.content_ms.slice(record.reasoning_events).slice(0, 1)),
    ttfb: done.flatMap((record) => after(record, record.first_write_at_ms)),
    e2e: done.flatMap((record) => after(record, record.last_content_at_ms)),
    e2eClose: done.flatMap((record) => after(record, record.last_write_at_ms)),
    gaps: done.flatMap(gapsOf),
    tokenGaps: done.flatMap((record) =>
      gapsOf(record).flatMap((gapMs, index) => {
        const tokens = record.content_tokens[index + 1] ?? 0;
        return Array.from({ length: tokens }, () => gapMs / tokens);
      }),
    ),
  };
}

/**
 * Mean time per token after the first, one value for each answer: (last - first content) / (N - n1) with N the tokens
 * that were streamed, whatever was billed, and n1 those of the first event: 1 where the events do not say (`given` false).
 */
export function truthTimesPerToken(truth: readonly Truth[], given: boolean): readonly number[] {
  return truth
    .filter((record) => record.outcome === 'completed')
    .map((record) => {
      const durationMs = (record.content_ms.at(-1) ?? NaN) - (record.content_ms[0] ?? NaN);
      const firstTokens = given ? (record.content_tokens[0] ?? NaN) : 1;
      return durationMs / (record.tokens - firstTokens);
    });
}

/**
 * When each request of a constant arrival rate was due, by the log alone: they are `gapMs` apart, none was sent before it
 * was due, and one at least was sent at once. In order of reception.
 */
export function dueTimes(truth: readonly Truth[], gapMs: number): readonly number[] {
  const originMs = Math.min(...truth.map((record, index) => record.received_at_ms - index * gapMs));
  return truth.map((_record, index) => originMs + index * gapMs);
}

function after(record: Truth, atMs: number | null): readonly number[] {
  return atMs === null ? [] : [atMs - record.received_at_ms];
}

function gapsOf({ content_ms }: Truth): readonly number[] {
  return content_ms.slice(1).map((atMs, index) => atMs - (content_ms[index] ?? NaN));
}
