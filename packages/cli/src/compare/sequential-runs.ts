import { TokenstormError, exitCodes } from '@tokenstorm/core';
import type { ExitCode, Report, RunBudget, Scenario, Target } from '@tokenstorm/core';
import type { RunOptions } from '../flags/run-options.ts';
import { budgetLeft, isUsedUp } from './budget-left.ts';
import { onlyTarget } from './only-target.ts';

/** What came of the runs of a comparison. */
export interface ComparedRuns {
  readonly reports: readonly Report[];
  readonly exitCode: number;
  /** What went wrong with single runs: sentences. */
  readonly notes: readonly string[];
}

/** Runs what the options ask for, hands its report on, and returns its exit code. */
export type RunOnce = (options: RunOptions, take: (report: Report) => void) => Promise<number>;

/** The first of them that happened is the exit code of all. */
const precedence: readonly ExitCode[] = [
  exitCodes.internal,
  exitCodes.interrupted,
  exitCodes.aborted,
  exitCodes.invalidMeasurement,
  exitCodes.thresholdFailed,
  exitCodes.usage,
];

/**
 * Measures one target after another, round by round; each round begins with the next target, so that none is always the
 * first. All runs share the scenario's budget. A target that cannot be measured does not keep the others from it; Ctrl-C ends all.
 */
export class SequentialRuns {
  readonly #runOnce: RunOnce;
  readonly #say: (text: string) => void;
  readonly #reports: Report[] = [];
  readonly #exitCodes: number[] = [];
  readonly #notes: string[] = [];
  #budget: RunBudget | undefined;
  #isSpent = false;

  constructor(runOnce: RunOnce, say: (text: string) => void) {
    this.#runOnce = runOnce;
    this.#say = say;
  }

  async run(options: RunOptions, { targets, budget }: Scenario, rounds: number): Promise<ComparedRuns> {
    this.#budget = budget;
    const order = roundsOf(targets, rounds);
    for (const [index, target] of order.entries()) {
      this.#say(`[${index + 1}/${order.length}] ${target.key}`);
      await this.#measure(options, target);
      const rest = [...new Set(order.slice(index + 1).map(({ key }) => key))];
      if (!this.#isOver(rest)) continue;
      break;
    }
    return { reports: this.#reports, exitCode: this.#exitCode, notes: this.#notes };
  }

  async #measure(options: RunOptions, target: Target): Promise<void> {
    const budget = this.#budget;
    const adjusted = { ...options, adjust: adjusting(options, target, budget) };
    try {
      const exitCode = await this.#runOnce(adjusted, (report) => {
        this.#reports.push(report);
        this.#budget = budgetLeft(budget, report.budget);
        this.#isSpent = report.budget?.exhausted === true || isUsedUp(this.#budget);
      });
      this.#exitCodes.push(exitCode);
    } catch (error) {
      if (!(error instanceof TokenstormError)) throw error;
      this.#exitCodes.push(error.exitCode);
      this.#notes.push(`${target.key} was not measured: ${error.message}`);
      this.#say(`error: ${error.message}${error.hint === undefined ? '' : `\n  hint: ${error.hint}`}`);
    }
  }

  /** Whether the user, or the budget, wants no more runs. */
  #isOver(rest: readonly string[]): boolean {
    const isInterrupted = this.#exitCodes.at(-1) === exitCodes.interrupted;
    if (!isInterrupted && !this.#isSpent) return false;
    const why = isInterrupted ? 'it was interrupted' : 'the budget was used up';
    if (rest.length > 0) this.#notes.push(`Not measured any more, as ${why}: ${rest.join(', ')}.`);
    if (rest.length > 0 && !isInterrupted) this.#exitCodes.push(exitCodes.aborted);
    return true;
  }

  get #exitCode(): number {
    return precedence.find((code) => this.#exitCodes.includes(code)) ?? exitCodes.passed;
  }
}

function adjusting(
  { adjust = (parsed) => parsed }: RunOptions,
  { key }: Target,
  budget: RunBudget | undefined,
) {
  return (parsed: Parameters<typeof adjust>[0]) => onlyTarget(adjust(parsed), key, budget);
}

function roundsOf(targets: readonly Target[], rounds: number): readonly Target[] {
  return Array.from({ length: rounds }, (_, round) => {
    const first = round % targets.length;
    return [...targets.slice(first), ...targets.slice(0, first)];
  }).flat();
}
