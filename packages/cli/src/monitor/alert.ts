import { evaluateThreshold, parseThreshold } from '@tokenstorm/core';
import type { LabelFilter, ParsedThreshold, PriceOf, SnapshotSeries } from '@tokenstorm/core';
import { RollingTotals } from './rolling-totals.ts';

/** What must hold, and over which time. */
export interface AlertRule {
  /** As it was written: `ttft: p(95) < 2s`. */
  readonly name: string;
  readonly metric: string;
  readonly expression: string;
  readonly windowMs: number;
  /** Calls in the window before it is judged at all. */
  readonly leastCalls: number;
}

/** What an alert knows of itself: what must hold does, or does not. */
export type AlertState = 'ok' | 'firing';

/** An alert began to fire, or ceased to. */
export interface AlertChange {
  readonly rule: AlertRule;
  readonly state: 'firing' | 'resolved';
  /** `null` where no call of the window has a value: all of them failed. */
  readonly measured: number | null;
  /** Of the threshold, in the metric's unit. */
  readonly limit: number;
  readonly unit: string;
  readonly calls: number;
  readonly atMs: number;
}

/** The rule of what must hold, as a threshold says it. */
export function alertRule(
  { metric, expression }: Pick<AlertRule, 'metric' | 'expression'>,
  { windowMs, leastCalls }: Pick<AlertRule, 'windowMs' | 'leastCalls'>,
): AlertRule {
  return { name: `${metric}: ${expression}`, metric, expression, windowMs, leastCalls };
}

/** A threshold over the last so much time, judged after each call: it fires when it does not hold any more. */
export class Alert {
  readonly rule: AlertRule;
  readonly threshold: ParsedThreshold;
  readonly #totals: RollingTotals;
  readonly #priceOf: PriceOf;
  #state: AlertState;

  /** Throws `E_SCENARIO_INVALID` for a rule that cannot be evaluated. */
  constructor(rule: AlertRule, priceOf: PriceOf, state: AlertState = 'ok') {
    this.rule = rule;
    this.threshold = parseThreshold(rule.metric, rule.expression);
    this.#totals = new RollingTotals(rule.windowMs);
    this.#priceOf = priceOf;
    this.#state = state;
  }

  get state(): AlertState {
    return this.#state;
  }

  /** Takes up the state in which an earlier monitor left it. */
  resume(state: AlertState): void {
    this.#state = state;
  }

  add(series: SnapshotSeries, atMs: number, nowMs = atMs): void {
    this.#totals.add(series, atMs, nowMs);
  }

  /** Judges the window that ends at this epoch ms: the change, where there is one. With too few calls its state stays. */
  judge(nowMs: number): AlertChange | undefined {
    this.#totals.moveTo(nowMs);
    const filter: LabelFilter = { ...this.threshold.tags, phase: 'main' };
    const { completed, failed } = this.#totals.figures(filter).accounting;
    const calls = completed + failed;
    if (calls < this.rule.leastCalls) return undefined;
    const { passed, measured } = evaluateThreshold(
      this.threshold,
      this.#totals,
      this.rule.windowMs,
      this.#priceOf,
    );
    if (passed === (this.#state === 'ok')) return undefined;
    this.#state = passed ? 'ok' : 'firing';
    return {
      rule: this.rule,
      state: passed ? 'resolved' : 'firing',
      measured,
      limit: this.threshold.limit,
      unit: this.threshold.definition.unit,
      calls,
      atMs: nowMs,
    };
  }
}
