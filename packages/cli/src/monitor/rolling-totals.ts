import { SeriesTotals } from '@tokenstorm/core';
import type { LabelFilter, SnapshotSeries, ThresholdTotals, TrendName } from '@tokenstorm/core';
import { sumOfFigures, sumOfTrend } from '@tokenstorm/core';

/** Slots of a window: it moves on by a sixtieth of its length. */
const slotCount = 60;

/**
 * The sums of what happened in the last `windowMs`, by the wall clock. It is kept in 60 slots, so that its memory does not depend on
 * how much happens; what lies in the oldest of them may be older than the window by up to a slot.
 */
export class RollingTotals implements ThresholdTotals {
  readonly windowMs: number;
  readonly #slotMs: number;
  /** By number of the slot: epoch ms / length of a slot. */
  readonly #slots = new Map<number, SeriesTotals>();

  constructor(windowMs: number) {
    this.windowMs = windowMs;
    this.#slotMs = windowMs / slotCount;
  }

  /** Adds what happened at this epoch ms; what is older than the window at `nowMs` is not kept. */
  add(series: SnapshotSeries, atMs: number, nowMs = atMs): void {
    this.moveTo(nowMs);
    const number = Math.floor(atMs / this.#slotMs);
    if (number <= this.#oldest(nowMs)) return;
    const slot = this.#slots.get(number) ?? new SeriesTotals();
    slot.add(series);
    this.#slots.set(number, slot);
  }

  /** Forgets what is older than the window at this epoch ms. */
  moveTo(nowMs: number): void {
    const oldest = this.#oldest(nowMs);
    for (const number of this.#slots.keys()) if (number <= oldest) this.#slots.delete(number);
  }

  figures(filter: LabelFilter = {}) {
    return sumOfFigures([...this.#slots.values()].map((slot) => slot.figures(filter)));
  }

  groups(filter: LabelFilter = {}) {
    return [...this.#slots.values()].flatMap((slot) => slot.groups(filter));
  }

  trend(name: TrendName, filter: LabelFilter = {}) {
    return sumOfTrend(this.groups(filter), name);
  }

  #oldest(nowMs: number): number {
    return Math.floor(nowMs / this.#slotMs) - slotCount;
  }
}
