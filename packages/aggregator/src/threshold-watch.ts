import { evaluateThreshold, parseThreshold, pricesOf } from '@tokenstorm/core';
import type {
  MeasuredWindow,
  ParsedThreshold,
  PriceOf,
  Scenario,
  SeriesTotals,
  ThresholdResult,
  ThresholdSource,
  TrendName,
} from '@tokenstorm/core';
import type { RecentWindows } from './recent.ts';
import { WindowSum } from './window-sum.ts';

/** What the thresholds are judged by at one moment of the run. */
export interface ThresholdView {
  /** Of everything up to `knownUpToMs`. */
  readonly totals: SeriesTotals;
  /** The last of them ends at `knownUpToMs`, or holds it where the run ended before. */
  readonly recent: RecentWindows;
  /** From the run's start, up to which everything is known. */
  readonly knownUpToMs: number;
}

interface Watched {
  readonly source: ThresholdSource;
  readonly parsed: ParsedThreshold;
  /** The first window in which a windowed threshold did not hold. */
  broken?: ThresholdResult;
  /** The last window in which it held. */
  kept?: ThresholdResult;
  aborted: boolean;
}

/** What a `ThresholdWatch` has judged so far, threshold by threshold, as plain data. */
export type ThresholdWatchState = readonly Omit<Watched, 'source' | 'parsed'>[];

/**
 * The thresholds of a run. Those over the whole run are judged at its end, and on the way where they may abort it.
 * One with a window is judged each time the window has moved, from the first full one on that lies in the measured part
 * of the run, and has failed once it was broken. A rate per second is one of the measured part only: in the warm-up
 * before it and in the drain after it less happens, whatever the server does.
 */
export class ThresholdWatch {
  readonly #watched: readonly Watched[];
  readonly #measured: MeasuredWindow;
  readonly #priceOf: PriceOf;

  constructor({ thresholds, targets }: Pick<Scenario, 'thresholds' | 'targets'>, measured: MeasuredWindow) {
    this.#measured = measured;
    this.#priceOf = pricesOf(targets);
    this.#watched = thresholds.map((source) => ({
      source,
      parsed: parseThreshold(source.metric, source.expression),
      aborted: false,
    }));
  }

  state(): ThresholdWatchState {
    return this.#watched.map(({ source: _source, parsed: _parsed, ...judged }) => judged);
  }

  restore(state: ThresholdWatchState): void {
    state.forEach((judged, index) => Object.assign(this.#watched[index] ?? {}, judged));
  }

  /** The distributions that it looks back at. */
  get windowedTrends(): ReadonlySet<TrendName> {
    const windowed = this.#watched.filter(({ source }) => source.windowMs !== undefined);
    const names = windowed.flatMap(({ parsed: { definition } }) =>
      definition.kind === 'trend' ? [definition.name] : [],
    );
    return new Set(names);
  }

  /** How far back it looks, ms. */
  get longestWindowMs(): number {
    return Math.max(0, ...this.#watched.map(({ source }) => source.windowMs ?? 0));
  }

  /** Judges what can be judged now; true where a threshold asks for the end of the run. `canAbort`: the run is not over yet. */
  check(view: ThresholdView, canAbort: boolean): boolean {
    for (const watched of this.#watched) {
      const { windowMs, abortOnFail, delayAbortEvalMs } = watched.source;
      const mayAbort = canAbort && abortOnFail && view.knownUpToMs >= delayAbortEvalMs;
      const isDue = windowMs === undefined ? mayAbort : this.#isFull(watched, windowMs, view.knownUpToMs);
      if (isDue) this.#judgeOnTheWay(watched, view, mayAbort);
    }
    return this.#watched.some(({ aborted }) => aborted);
  }

  /** The verdicts at the end of the run. */
  results(view: ThresholdView): ThresholdResult[] {
    return this.#watched.map((watched) => this.#verdict(watched, view));
  }

  /** What the verdict on the threshold of this number would be if the run ended here. */
  result(index: number, view: ThresholdView): ThresholdResult {
    const watched = this.#watched[index];
    if (watched === undefined) throw new RangeError(`there is no threshold ${index}`);
    return this.#verdict(watched, view);
  }

  #verdict(watched: Watched, view: ThresholdView): ThresholdResult {
    const result = watched.broken ?? watched.kept ?? this.#judge(watched, view);
    return { ...result, aborted: watched.aborted };
  }

  #isFull({ parsed }: Watched, windowMs: number, knownUpToMs: number): boolean {
    const { startMs, endMs } = this.#measured;
    return knownUpToMs >= startMs + windowMs && (!isRate(parsed) || knownUpToMs <= endMs);
  }

  /** What has no data yet is not judged. */
  #judgeOnTheWay(watched: Watched, view: ThresholdView, mayAbort: boolean): void {
    const result = this.#judge(watched, view);
    if (result.measured === null) return;
    if (!result.passed) watched.aborted ||= mayAbort;
    if (watched.source.windowMs === undefined) return;
    if (result.passed) watched.kept = result;
    else watched.broken ??= result;
  }

  #judge({ source, parsed }: Watched, { totals, recent, knownUpToMs }: ThresholdView): ThresholdResult {
    const { startMs, endMs } = this.#measured;
    if (source.windowMs === undefined) {
      return evaluateThreshold(parsed, totals, Math.min(knownUpToMs, endMs) - startMs, this.#priceOf);
    }
    const windows = recent.last(source.windowMs);
    const fromMs = windows[0]?.startMs ?? knownUpToMs;
    return evaluateThreshold(
      parsed,
      new WindowSum(windows.map((window) => window.totals)),
      knownUpToMs - fromMs,
      this.#priceOf,
    );
  }
}

/** Only sums have a rate per second; that of a ratio is a share. */
function isRate({ definition, aggregation }: ParsedThreshold): boolean {
  return (definition.kind === 'counter' || definition.kind === 'cost') && aggregation.kind === 'rate';
}
