import type { Clock } from '../clock.ts';
import { TokenstormError } from '../errors.ts';
import { checkTarget, timerScore } from './timer-score.ts';

/** Score (0..1), duration and target, both in seconds. */
export type ScoredDuration = readonly [score: number, durationS: number, targetS: number];

/** A duration since the timer's start, with what it was to be. */
interface Checkpoint {
  readonly durationS: number;
  readonly targetS: number;
}

/**
 * Times one thing and its checkpoints, and scores them against their targets by timer_score. It starts when it is made and
 * ends with the first `stop`. Throws `E_USAGE` for a target that is not above 0.
 */
export class ScoreTimer {
  readonly #targetS: number;
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #startMs: number;
  readonly #checkpoints = new Map<string, Checkpoint>();
  #totalS: number | undefined;

  /** `targetS` is the whole's target in seconds, and that of checkpoints without one of their own. */
  constructor(targetS: number, clock: Pick<Clock, 'nowMs'>) {
    checkTarget(targetS);
    this.#targetS = targetS;
    this.#clock = clock;
    this.#startMs = clock.nowMs();
  }

  /** Names of the checkpoints, in their order. */
  get checkpoints(): readonly string[] {
    return [...this.#checkpoints.keys()];
  }

  /** Stamps now under a name; a second one of a name takes its place. Throws `E_USAGE` for a target that is not above 0. */
  checkpoint(name: string, targetS: number = this.#targetS): void {
    checkTarget(targetS);
    this.#checkpoints.set(name, { durationS: this.#elapsedS(), targetS });
  }

  /** Ends the whole; later calls change nothing. */
  stop(): void {
    this.#totalS ??= this.#elapsedS();
  }

  /** Of a checkpoint, or of the whole, which counts until now before `stop`. Throws `E_USAGE` for a name that was not stamped. */
  score(name?: string): ScoredDuration {
    const { durationS, targetS } = name === undefined ? this.#whole() : this.#stamped(name);
    return [timerScore(durationS, targetS), durationS, targetS];
  }

  #whole(): Checkpoint {
    return { durationS: this.#totalS ?? this.#elapsedS(), targetS: this.#targetS };
  }

  #stamped(name: string): Checkpoint {
    const checkpoint = this.#checkpoints.get(name);
    if (checkpoint !== undefined) return checkpoint;
    const known = this.checkpoints.map((one) => `"${one}"`).join(', ');
    throw new TokenstormError('E_USAGE', `The timer has no checkpoint "${name}".`, {
      hint: known === '' ? 'it has none at all' : `it has ${known}`,
    });
  }

  #elapsedS(): number {
    return (this.#clock.nowMs() - this.#startMs) / 1000;
  }
}
