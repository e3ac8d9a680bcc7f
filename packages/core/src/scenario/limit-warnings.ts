import { isOpenLoop } from '../load/load-profile.ts';
import { ratePieces } from '../load/rate-curve.ts';
import type { LimitDimension } from '../ports.ts';
import { configuredPerMinute, limitNouns } from './limit-rates.ts';
import { requestSize } from './request-size.ts';
import type { RequestSize } from './request-size.ts';
import type { Dataset, ProviderLimits, Scenario, Workload } from './scenario.ts';

/** A linear piece of what is offered: from one amount per minute to another. Times are ms from the run's start. */
interface OfferedPiece {
  readonly startMs: number;
  readonly endMs: number;
  readonly startPerMinute: number;
  readonly endPerMinute: number;
}

/**
 * Says which limits the open loops of a scenario offer more than, at their peak. What closed loops will offer, and the
 * output of requests without a limit of their own, nobody knows: they are left out. `datasets` are by id.
 */
export function limitWarnings(scenario: Scenario, datasets: ReadonlyMap<string, Dataset>): readonly string[] {
  const sizes = new Map(scenario.workloads.map((workload) => [workload, requestSize(workload, datasets)]));
  return scenario.limits.flatMap((limits) =>
    Object.entries(configuredPerMinute(limits)).flatMap(([dimension, limit]) => {
      const offered = peakOf(offeredPieces(scenario, limits, dimension as LimitDimension, sizes));
      return offered > limit
        ? [warning(limits, limitNouns[dimension as LimitDimension], offered, limit)]
        : [];
    }),
  );
}

function warning({ provider }: ProviderLimits, noun: string, offered: number, limit: number): string {
  const [much, little] = [offered, limit].map((rate) =>
    rate.toLocaleString('en-US', { maximumFractionDigits: 1 }),
  );
  return `The open loops offer ${provider} up to ${much} ${noun} a minute, and its limit is ${little}: requests will wait for it, and arrivals beyond \`max_in_flight\` are dropped.`;
}

function offeredPieces(
  { workloads, targets }: Scenario,
  { provider }: ProviderLimits,
  dimension: LimitDimension,
  sizes: ReadonlyMap<Workload, RequestSize>,
): readonly OfferedPiece[] {
  const keys = new Set(targets.filter((target) => target.provider === provider).map(({ key }) => key));
  return workloads.flatMap((workload) => {
    const { load, startAfterMs } = workload;
    const size = sizes.get(workload);
    if (!isOpenLoop(load) || size === undefined) return [];
    const perMinute = 60 * workload.targets.filter((key) => keys.has(key)).length * amountOf(size, dimension);
    return ratePieces(load).map(({ startMs, endMs, startRate, endRate }) => ({
      startMs: startAfterMs + startMs,
      endMs: startAfterMs + endMs,
      startPerMinute: startRate * perMinute,
      endPerMinute: endRate * perMinute,
    }));
  });
}

/** Of one request, on average. */
function amountOf({ input, output }: RequestSize, dimension: LimitDimension): number {
  const outputTokens = output?.mean ?? 0;
  switch (dimension) {
    case 'requests':
      return 1;
    case 'tokens':
      return input.mean + outputTokens;
    case 'input-tokens':
      return input.mean;
    default:
      return outputTokens;
  }
}

/** The highest sum of linear pieces: it lies at the end of one of them, on one of its two sides. */
function peakOf(pieces: readonly OfferedPiece[]): number {
  const moments = pieces.flatMap(({ startMs, endMs }) => [startMs, endMs]);
  return moments.reduce((peak, atMs) => {
    const before = sumAt(
      pieces.filter(({ startMs, endMs }) => startMs < atMs && atMs <= endMs),
      atMs,
    );
    const after = sumAt(
      pieces.filter(({ startMs, endMs }) => startMs <= atMs && atMs < endMs),
      atMs,
    );
    return Math.max(peak, before, after);
  }, 0);
}

function sumAt(pieces: readonly OfferedPiece[], atMs: number): number {
  return pieces.reduce((sum, { startMs, endMs, startPerMinute, endPerMinute }) => {
    const share = (atMs - startMs) / (endMs - startMs);
    return sum + startPerMinute + (endPerMinute - startPerMinute) * share;
  }, 0);
}
