import { SeriesTotals } from '@tokenstorm/core';
import type { PriceOf, SnapshotSeries } from '@tokenstorm/core';
import { windowFigures } from './window-figures.ts';
import type { WindowFigures } from './window-figures.ts';

const hourMs = 3_600_000;

/** The calls of one clock hour: one line of the hourly file. Of two lines for the same hour and target the later counts. */
export interface HourlyLine extends WindowFigures {
  /** Start of the hour: ISO 8601, UTC. */
  readonly hour: string;
  /** `provider/model`, or `null` for all targets together. */
  readonly target: string | null;
  /** The hour was over when this was written. */
  readonly complete: boolean;
  /** Calls that were due and not made, because the one before had not ended. */
  readonly missed: number;
}

/** Sums up calls by clock hour, in UTC, of which it holds the current one only. */
export class HourlyStatistics {
  readonly #priceOf: PriceOf;
  #hour: number | undefined;
  #totals = new SeriesTotals();
  #missed = 0;

  constructor(priceOf: PriceOf) {
    this.#priceOf = priceOf;
  }

  /** Takes a call of this epoch ms; of an hour before the current one it is left out. Gives the lines of the hour that it ended. */
  add(series: SnapshotSeries, atMs: number): readonly HourlyLine[] {
    const ended = this.moveTo(atMs);
    if (Math.floor(atMs / hourMs) === this.#hour) this.#totals.add(series);
    return ended;
  }

  /** So many calls were due at this epoch ms and not made. */
  missed(count: number, atMs: number): readonly HourlyLine[] {
    const ended = this.moveTo(atMs);
    this.#missed += count;
    return ended;
  }

  /** Gives the lines of the current hour where it is over at this epoch ms, and begins the next one. */
  moveTo(nowMs: number): readonly HourlyLine[] {
    const hour = Math.floor(nowMs / hourMs);
    if (this.#hour !== undefined && hour <= this.#hour) return [];
    const ended = this.#lines(true);
    this.#hour = hour;
    this.#totals = new SeriesTotals();
    this.#missed = 0;
    return ended;
  }

  /** The lines of the hour under way; none where nothing happened in it. */
  current(): readonly HourlyLine[] {
    return this.#lines(false);
  }

  #lines(complete: boolean): readonly HourlyLine[] {
    const groups = this.#totals.groups();
    if (this.#hour === undefined || (groups.length === 0 && this.#missed === 0)) return [];
    const head = { hour: new Date(this.#hour * hourMs).toISOString(), complete };
    const models = new Map(
      groups.map(({ labels: { provider, model } }) => [`${provider}/${model}`, { provider, model }]),
    );
    const each = models.size < 2 ? [] : [...models];
    return [
      { ...head, target: null, missed: this.#missed, ...windowFigures(this.#totals, this.#priceOf) },
      ...each.map(([target, labels]) => ({
        ...head,
        target,
        missed: 0,
        ...windowFigures(this.#totals, this.#priceOf, labels),
      })),
    ];
  }
}
