import type { Trend } from '../metrics/trend.ts';
import type { TrendName } from '../metrics/trend-definitions.ts';
import type { ScoreTargets } from '../scenario/scenario.ts';
import type { Score, Scores } from './scores.ts';
import { tiersOf } from './tiers.ts';
import type { Tiers } from './tiers.ts';
import { timerScore } from './timer-score.ts';

type Trends = ReadonlyMap<TrendName, Trend>;

/** The scores of requests by their checkpoints: `first_token` is TTFT, `total` is E2E. `null` without targets. */
export function scoresOf(trends: Trends, targets: ScoreTargets | undefined): Scores | null {
  if (targets === undefined) return null;
  const first = scoreOf(trends.get('ttft'), targets.firstTokenMs);
  const total = scoreOf(trends.get('e2e'), targets.totalMs);
  return { ...(first && { first_token: first }), ...(total && { total }) };
}

/** The tiers of the median TTFT and of the median answer's output tokens per second; `null` where neither is known. */
export function tiersOfTrends(trends: Trends): Tiers | null {
  const ttftMs = medianOf(trends.get('ttft'));
  const tokensPerSecond = medianOf(trends.get('output_tokens_per_second'));
  if (ttftMs === undefined && tokensPerSecond === undefined) return null;
  return tiersOf({
    ...(ttftMs !== undefined && { ttftMs }),
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
  });
}

/**
 * Of the middle of each bucket of a distribution, with its count: whole distributions are what workers send. A duration is off
 * by at most 1/2,048 then, so the mean by at most 0.001 for targets up to 10 s, and by 0.01 for those up to 100 s.
 */
function scoreOf(trend: Trend | undefined, targetMs: number | undefined): Score | undefined {
  if (trend === undefined || trend.count === 0 || targetMs === undefined) return undefined;
  const targetS = targetMs / 1000;
  const score = (ms: number) => timerScore(ms / 1000, targetS);
  let sum = 0;
  for (const { from, to, count } of trend.buckets()) sum += count * score((from + to) / 2);
  return {
    target_s: targetS,
    mean: sum / trend.count,
    p50: score(trend.quantile(0.5)),
    p95: score(trend.quantile(0.95)),
  };
}

function medianOf(trend: Trend | undefined): number | undefined {
  return trend === undefined || trend.count === 0 ? undefined : trend.quantile(0.5);
}
