import { TokenstormError } from '../errors.ts';

/**
 * The timer_score of a duration against a target, both in seconds: 0.5 at the target, towards 1 below it and 0 above it,
 * `1 / (1 + exp(k * (duration - target)))` with a slope k of 2 for targets below 1.5, of 0.5 above 5 and of 1 between (1.5 and 5
 * included). At a duration of 0 it is not quite 1. Throws `E_USAGE` for a target that is not above 0 and finite, and for a
 * duration that is NaN.
 */
export function timerScore(durationS: number, targetS: number): number {
  checkTarget(targetS);
  if (Number.isNaN(durationS)) {
    throw new TokenstormError('E_USAGE', 'The duration to score is not a number.', {
      hint: 'give it in seconds',
    });
  }
  // The exponential may become infinite, of which the inverse is 0.
  return 1 / (1 + Math.exp(slopeOf(targetS) * (durationS - targetS)));
}

/** Throws `E_USAGE` for a target in seconds that nothing can be scored against. */
export function checkTarget(targetS: number): void {
  if (targetS > 0 && targetS < Infinity) return;
  throw new TokenstormError('E_USAGE', `A score's target must be above 0 seconds, and it is ${targetS}.`, {
    hint: 'give a target such as 0.5',
  });
}

function slopeOf(targetS: number): number {
  if (targetS < 1.5) return 2;
  return targetS > 5 ? 0.5 : 1;
}
