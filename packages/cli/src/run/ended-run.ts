import type { RunResult } from '@tokenstorm/aggregator';
import type { BudgetState, RunEvent, StopReason } from '@tokenstorm/core';

/** How a run ended: what its report is made of, beside its plan. */
export interface EndedRun {
  readonly result: RunResult;
  readonly startedAtEpochMs: number;
  readonly stopReason: StopReason | undefined;
  /** When the first stop was asked for, ms from the run's start; below 0 before it. */
  readonly stoppedAtMs: number | undefined;
  /** A fault of ours that cut the run short; what was measured until then is in the result. */
  readonly failure: string | undefined;
  /** How a process ended that should not have: what it had not told of by then is lost. */
  readonly lostProcess: string | undefined;
  /** How its budget stood; absent where it has none, or nobody could say. */
  readonly budget?: BudgetState;
  /** What the workers have to say for the report. */
  readonly notes: readonly string[];
}

/** What a run's events, in their order, say of its course: the first start and the first stop count. */
export class RunCourse {
  #startedAtEpochMs: number | undefined;
  #stop: { readonly reason: StopReason; readonly atEpochMs: number } | undefined;
  #failure: string | undefined;

  /** `heardAtEpochMs` is taken for the time of a stop that does not say when it was asked for. */
  observe(event: RunEvent, heardAtEpochMs: number): void {
    if (event.type === 'run-start') this.#startedAtEpochMs ??= event.startAtEpochMs;
    if (event.type === 'worker-failed') this.#failure ??= event.message;
    if (event.type === 'run-stop')
      this.#stop ??= { reason: event.reason, atEpochMs: event.atEpochMs ?? heardAtEpochMs };
  }

  /** Undefined before the start is set. */
  get startedAtEpochMs(): number | undefined {
    return this.#startedAtEpochMs;
  }

  /** The first stop; undefined before it. `stoppedAtMs` is from the run's start, and below 0 before it. */
  get stop(): { readonly stopReason: StopReason; readonly stoppedAtMs: number } | undefined {
    if (this.#stop === undefined) return undefined;
    const { reason, atEpochMs } = this.#stop;
    return { stopReason: reason, stoppedAtMs: atEpochMs - (this.#startedAtEpochMs ?? atEpochMs) };
  }

  get isStopped(): boolean {
    return this.#stop !== undefined;
  }

  /** What the first worker that failed had to say; undefined where none did. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** The end of a run that has this sum. */
  ended(result: RunResult, notes: readonly string[] = []): EndedRun {
    const { stopReason, stoppedAtMs } = this.stop ?? {};
    return {
      result,
      startedAtEpochMs: this.#startedAtEpochMs ?? this.#stop?.atEpochMs ?? 0,
      stopReason,
      stoppedAtMs,
      failure: this.#failure,
      lostProcess: undefined,
      notes,
    };
  }
}
