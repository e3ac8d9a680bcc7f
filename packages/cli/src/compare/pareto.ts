import type { TargetFigures } from './target-figures.ts';

/** What targets are weighed by. */
export type Objective =
  | 'ttft_p50_ms'
  | 'output_tokens_per_second'
  | 'error_ratio'
  | 'usd_per_1k_good_requests';

/** Which targets no other one beats. */
export interface Pareto {
  /** What they were weighed by: those that are known of every target that completed a request. */
  readonly objectives: readonly Objective[];
  /** Targets that no other is at least as good as in every objective, and better than in one. */
  readonly front: readonly string[];
}

const more = { output_tokens_per_second: true } as const;

const all: readonly Objective[] = [
  'ttft_p50_ms',
  'output_tokens_per_second',
  'error_ratio',
  'usd_per_1k_good_requests',
];

/** The Pareto front, by the figures as they were measured. A target that completed nothing is not on it. */
export function paretoOf(targets: readonly TargetFigures[]): Pareto {
  const measured = targets.filter(({ completed }) => completed > 0);
  const objectives = all.filter(
    (name) =>
      measured.every((target) => valueOf(target, name) !== null) &&
      measured.some((target) => target[name] !== null),
  );
  const front = measured.filter(
    (target) => !measured.some((other) => other !== target && beats(other, target, objectives)),
  );
  return { objectives, front: objectives.length === 0 ? [] : front.map(({ target }) => target) };
}

function beats(one: TargetFigures, other: TargetFigures, objectives: readonly Objective[]): boolean {
  const gains = objectives.map((name) => {
    const [ours = 0, theirs = 0] = [one, other].map((target) => valueOf(target, name) ?? 0);
    const sign = Number(theirs > ours) - Number(theirs < ours);
    return name in more ? -sign : sign;
  });
  return gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0);
}

/** A target without a good request is the dearest of all, whatever its price. */
function valueOf(target: TargetFigures, name: Objective): number | null {
  const isHopeless = name === 'usd_per_1k_good_requests' && target.good === 0;
  return isHopeless ? Infinity : target[name];
}
