import { sumOfGroups, tiersOf } from '@tokenstorm/core';
import type { GroupSum, Report, Tiers } from '@tokenstorm/core';
import { defined } from '../flags/defined.ts';

/** What a comparison says of one target, over all its runs, scenarios and regions. What is unknown is `null`. */
export interface TargetFigures {
  /** `provider/model` */
  readonly target: string;
  readonly provider: string;
  readonly model: string;
  /** Ids of the runs in which it was measured. */
  readonly runs: readonly string[];
  /** Scheduled ones. */
  readonly requests: number;
  readonly completed: number;
  readonly failed: number;
  /** completed / requests */
  readonly success_ratio: number | null;
  /** failed / (completed + failed) */
  readonly error_ratio: number | null;
  readonly ttft_p50_ms: number | null;
  readonly ttft_p95_ms: number | null;
  readonly e2e_p95_ms: number | null;
  /** Median over the answers. */
  readonly output_tokens_per_second: number | null;
  readonly tpot_p50_ms: number | null;
  /** Requests that completed within every SLO, or, where none is set, that completed. */
  readonly good: number;
  /** good / requests; `null` where no SLO is set. */
  readonly goodput_ratio: number | null;
  readonly usd_per_1k_good_requests: number | null;
  /** Of the medians. */
  readonly tiers: Tiers;
}

/** One target, as the scenario names it. */
export interface ComparedTarget {
  readonly provider: string;
  readonly model: string;
}

/** A target with what was measured of it. */
export interface MeasuredTarget {
  readonly figures: TargetFigures;
  /** One for each run that it was measured in. */
  readonly runs: readonly GroupSum[];
}

/** What these runs say of a target. */
export function measuredTarget(
  { provider, model }: ComparedTarget,
  reports: readonly Report[],
): MeasuredTarget {
  const parts = reports.flatMap((report) => {
    const groups = report.groups.filter(
      ({ labels }) => labels.provider === provider && labels.model === model,
    );
    return groups.length === 0 ? [] : [{ id: report.run.id, groups, sum: sumOfGroups(groups) }];
  });
  const whole = sumOfGroups(parts.flatMap(({ groups }) => groups));
  const runs = parts.map(({ id }) => id);
  return {
    figures: { target: `${provider}/${model}`, provider, model, runs, ...figuresOf(whole) },
    runs: parts.map(({ sum }) => sum),
  };
}

function figuresOf({ accounting, metrics, good, cost }: GroupSum) {
  const { scheduled, completed, failed } = accounting;
  const goodRequests = good ?? completed;
  const [ttft, rate] = [metrics.ttft?.p50, metrics.output_tokens_per_second?.p50];
  return {
    requests: scheduled,
    completed,
    failed,
    success_ratio: share(completed, scheduled),
    error_ratio: share(failed, completed + failed),
    ttft_p50_ms: ttft ?? null,
    ttft_p95_ms: metrics.ttft?.p95 ?? null,
    e2e_p95_ms: metrics.e2e?.p95 ?? null,
    output_tokens_per_second: rate ?? null,
    tpot_p50_ms: metrics.tpot?.p50 ?? null,
    good: goodRequests,
    goodput_ratio: good === null ? null : share(good, scheduled),
    usd_per_1k_good_requests:
      cost === null || goodRequests === 0 ? null : (cost.total_usd / goodRequests) * 1000,
    tiers: tiersOf(defined({ ttftMs: ttft, tokensPerSecond: rate })),
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
