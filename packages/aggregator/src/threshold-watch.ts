import { SeriesTotals, evaluateThreshold, parseThreshold } from '@tokenstorm/core';
import type { ParsedThreshold, ThresholdResult, ThresholdSource } from '@tokenstorm/core';
import type { RecentWindows } from './recent.ts';

/** What the thresholds are judged by at one moment of the run. */
export interface ThresholdView {
  readonly totals: SeriesTotals;
  readonly recent: RecentWindows;
  /** From the run's start, up to which everything is known. */
  readonly knownUpToMs: number;
}

interface Watched {
  readonly source: ThresholdSource;
  readonly parsed: ParsedThreshold;
  /** The first window in which a windowed threshold did not hold. */
  broken?: ThresholdResult;
  aborted: boolean;
}

/**
 * The thresholds of a run. Those over the whole run are judged at its end, and on the way where they may abort it.
 * One with a window is judged each time the window has moved, from the first full one on, and has failed once it was
 * broken.
 */
export class ThresholdWatch {
  readonly #watched: readonly Watched[];

  constructor(sources: readonly ThresholdSource[]) {
    this.#watched = sources.map((source) => ({
      source,
      parsed: parseThreshold(source.metric, source.expression),
      aborted: false,
    }));
  }

  /** How far back it looks, ms. */
  get longestWindowMs(): number {
    return Math.max(0, ...this.#watched.map(({ source }) => source.windowMs ?? 0));
  }

  /** Judges what can be judged now; true where a threshold asks for the end of the run. */
  check(view: ThresholdView): boolean {
    for (const watched of this.#watched) {
      const { windowMs, abortOnFail, delayAbortEvalMs } = watched.source;
      const mayAbort = abortOnFail && view.knownUpToMs >= delayAbortEvalMs;
      const isFull = windowMs !== undefined && view.knownUpToMs >= windowMs;
      if (!isFull && (windowMs !== undefined || !mayAbort)) continue;
      const result = judge(watched, view);
      if (result.passed || result.measured === null) continue;
      if (isFull) watched.broken ??= result;
      watched.aborted ||= mayAbort;
    }
    return this.#watched.some(({ aborted }) => aborted);
  }

  /** The verdicts at the end of the run. */
  results(view: ThresholdView): ThresholdResult[] {
    return this.#watched.map((watched) => ({
      ...(watched.broken ?? judge(watched, view)),
      aborted: watched.aborted,
    }));
  }
}

function judge({ source, parsed }: Watched, view: ThresholdView): ThresholdResult {
  const { windowMs } = source;
  if (windowMs === undefined) return evaluateThreshold(parsed, view.totals, view.knownUpToMs);
  return evaluateThreshold(parsed, sumOf(view.recent.last(windowMs)), Math.min(windowMs, view.knownUpToMs));
}

function sumOf(windows: readonly SeriesTotals[]): SeriesTotals {
  const sum = new SeriesTotals();
  for (const window of windows) sum.addTotals(window);
  return sum;
}
