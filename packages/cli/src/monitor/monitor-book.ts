import type { PriceOf, TrendName } from '@tokenstorm/core';
import { Alert } from './alert.ts';
import type { AlertChange, AlertRule, AlertState } from './alert.ts';
import { seriesOf } from './call-sample.ts';
import type { CallSample } from './call-sample.ts';
import { HourlyStatistics } from './hourly-statistics.ts';
import type { HourlyLine } from './hourly-statistics.ts';
import { Outages } from './outages.ts';
import type { OutageChange } from './outages.ts';
import { RollingTotals } from './rolling-totals.ts';
import { figureTrends, windowFigures } from './window-figures.ts';
import type { WindowFigures } from './window-figures.ts';

/** The rolling windows of a monitor. */
const windows = [
  { last: '5m', windowMs: 300_000 },
  { last: '1h', windowMs: 3_600_000 },
  { last: '24h', windowMs: 86_400_000 },
] as const;

/** What a call brought about. */
export interface BookChanges {
  readonly outage?: OutageChange;
  readonly alerts: readonly AlertChange[];
  /** Of an hour that is over. */
  readonly hourly: readonly HourlyLine[];
}

/** One rolling window as it stands. */
export interface WindowLine extends WindowFigures {
  readonly last: (typeof windows)[number]['last'];
  /** `provider/model`, or `null` for all targets together. */
  readonly target: string | null;
}

/** What a monitor watches, and by which rules. */
export interface MonitorBookParts {
  readonly alerts: readonly AlertRule[];
  readonly targets: readonly { readonly key: string; readonly provider: string; readonly model: string }[];
  readonly priceOf: PriceOf;
}

/** What a monitor knows of its calls: rolling windows, the current hour, alerts and outages. Its memory is bounded. Times are epoch ms. */
export class MonitorBook {
  readonly alerts: readonly Alert[];
  readonly #targets: MonitorBookParts['targets'];
  readonly #priceOf: PriceOf;
  readonly #trends: ReadonlySet<TrendName>;
  readonly #windows = windows.map(({ last, windowMs }) => ({ last, totals: new RollingTotals(windowMs) }));
  readonly #hourly: HourlyStatistics;
  readonly #outages = new Outages();

  /** Throws `E_SCENARIO_INVALID` for an alert that cannot be evaluated. */
  constructor({ alerts, targets, priceOf }: MonitorBookParts) {
    this.alerts = alerts.map((rule) => new Alert(rule, priceOf));
    this.#targets = targets;
    this.#priceOf = priceOf;
    this.#hourly = new HourlyStatistics(priceOf);
    const judged = this.alerts.flatMap(({ threshold: { definition } }) =>
      definition.kind === 'trend' ? [definition.name] : [],
    );
    this.#trends = new Set([...figureTrends, ...judged]);
  }

  /** Takes a call that ended. */
  take(sample: CallSample, nowMs: number): BookChanges {
    const outage = this.#outages.observe(sample.call);
    const hourly = this.#add(sample, nowMs);
    const alerts = this.judge(nowMs);
    return { alerts, hourly, ...(outage !== undefined && { outage }) };
  }

  /** Takes a call of an earlier monitor: nothing is said of it any more. */
  restore(sample: CallSample, nowMs: number): void {
    this.#outages.observe(sample.call);
    this.#add(sample, nowMs);
  }

  /** Takes up the state in which an earlier monitor left an alert; one that is not there any more is forgotten. */
  restoreAlert(name: string, state: AlertState): void {
    this.alerts.find(({ rule }) => rule.name === name)?.resume(state);
  }

  /** The alerts that change their states at this time, without a new call too. */
  judge(nowMs: number): readonly AlertChange[] {
    return this.alerts.flatMap((alert) => alert.judge(nowMs) ?? []);
  }

  /** So many calls were due and not made. */
  missed(count: number, nowMs: number): readonly HourlyLine[] {
    return this.#hourly.missed(count, nowMs);
  }

  /** Lines of the hour under way. */
  currentHour(): readonly HourlyLine[] {
    return this.#hourly.current();
  }

  isOut(target: string): boolean {
    return this.#outages.isOut(target);
  }

  get isFiring(): boolean {
    return this.alerts.some(({ state }) => state === 'firing');
  }

  /** The rolling windows at this time: over all targets, and where there are several, each by itself. */
  windows(nowMs: number): readonly WindowLine[] {
    const each = this.#targets.length < 2 ? [] : this.#targets;
    return this.#windows.flatMap(({ last, totals }) => {
      totals.moveTo(nowMs);
      return [
        { last, target: null, ...windowFigures(totals, this.#priceOf) },
        ...each.map(({ key, provider, model }) => ({
          last,
          target: key,
          ...windowFigures(totals, this.#priceOf, { provider, model }),
        })),
      ];
    });
  }

  /** A call counts where it was sent; its hour is that of its start too. */
  #add(sample: CallSample, nowMs: number): readonly HourlyLine[] {
    const atMs = Date.parse(sample.call.at);
    const series = seriesOf(sample, this.#trends);
    for (const { totals } of this.#windows) totals.add(series, atMs, nowMs);
    for (const alert of this.alerts) alert.add(series, atMs, nowMs);
    return this.#hourly.add(series, atMs);
  }
}
