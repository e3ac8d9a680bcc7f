import { reportWindows } from '@tokenstorm/core';
import type { ReportWindow, SeriesTotals, SnapshotSeries } from '@tokenstorm/core';
import { pack, unpack } from './pack.ts';
import { SumWindow, windowStart } from './sum-window.ts';
import type { MetricsWindow, SumWindowState } from './sum-window.ts';

/** A `KeptWindows` as plain data. */
export interface KeptWindowsState {
  readonly sealedUpToMs: number;
  readonly rows: readonly Uint8Array[];
  /** `isSealed`: it waits for nothing but to be given away. */
  readonly windows: readonly (readonly [window: SumWindowState, isSealed: boolean])[];
}

interface Kept {
  readonly window: SumWindow;
  /** It has values that were not given away. */
  isChanged: boolean;
}

/** Rows of the report; once they were asked for as bytes they are kept as such, at a tenth of the memory. */
type SealedRows = { rows: readonly ReportWindow[] } | { packed: Uint8Array };

/**
 * The run in windows as the report and the sinks have them. For some time after its end a window takes what comes late and is
 * given away again; after that only its rows in the report are left, and what is later still counts to the oldest one kept.
 */
export class KeptWindows {
  readonly #durationMs: number;
  readonly #keptMs: number;
  #windows = new Map<number, Kept>();
  /** Too old to be changed, and not given away yet. */
  #ungiven: SumWindow[] = [];
  #rows: SealedRows[] = [];
  #sealedUpToMs = 0;
  #knownUpToMs = 0;

  constructor(durationMs: number, keptMs: number) {
    this.#durationMs = durationMs;
    this.#keptMs = keptMs;
  }

  state(): KeptWindowsState {
    this.#rows = this.#rows.map((sealed) => ('packed' in sealed ? sealed : { packed: pack(sealed.rows) }));
    return {
      sealedUpToMs: this.#sealedUpToMs,
      rows: this.#rows.flatMap((sealed) => ('packed' in sealed ? [sealed.packed] : [])),
      windows: [
        ...this.#ungiven.map((window) => [window.state(), true] as const),
        ...[...this.#windows.values()].map(({ window }) => [window.state(), false] as const),
      ],
    };
  }

  /** Nobody knows which of them were written down: all that are kept will be given away again. */
  restore({ sealedUpToMs, rows, windows }: KeptWindowsState): void {
    this.#sealedUpToMs = sealedUpToMs;
    this.#rows = rows.map((packed) => ({ packed }));
    this.#ungiven = windows.filter(([, isSealed]) => isSealed).map(([window]) => SumWindow.of(window));
    this.#windows = new Map(
      windows
        .filter(([, isSealed]) => !isSealed)
        .map(([window]) => [window.startMs, { window: SumWindow.of(window), isChanged: true }]),
    );
  }

  add(atMs: number, series: SnapshotSeries): void {
    this.#at(atMs).add(series);
  }

  addTotals(atMs: number, totals: SeriesTotals): void {
    this.#at(atMs).addTotals(totals);
  }

  /** Up to there the run is known, but for what comes late. */
  moveTo(knownUpToMs: number): void {
    this.#knownUpToMs = knownUpToMs;
    for (const kept of this.#inOrder()) {
      if (kept.window.endMs <= knownUpToMs - this.#keptMs) this.#seal(kept);
    }
  }

  /** Gives away the first of the windows that are over and have changed since they were given away last. */
  takeChanged(): MetricsWindow | undefined {
    if (this.#ungiven.length > 0) return this.#ungiven.shift();
    const kept = this.#inOrder().find(
      ({ window, isChanged }) => isChanged && window.endMs <= this.#knownUpToMs,
    );
    if (kept !== undefined) kept.isChanged = false;
    return kept?.window;
  }

  /** The rows of all windows, in order of time. */
  rows(): readonly ReportWindow[] {
    const sealed = this.#rows.flatMap((part) =>
      'rows' in part ? part.rows : (unpack(part.packed) as readonly ReportWindow[]),
    );
    return [...sealed, ...reportWindows(this.#inOrder().map(({ window }) => window))];
  }

  #inOrder(): Kept[] {
    return [...this.#windows.values()].toSorted((a, b) => a.window.startMs - b.window.startMs);
  }

  #at(atMs: number): SumWindow {
    const startMs = Math.max(windowStart(atMs, this.#durationMs), this.#sealedUpToMs);
    let kept = this.#windows.get(startMs);
    if (kept === undefined) {
      kept = { window: new SumWindow(startMs, this.#durationMs), isChanged: true };
      this.#windows.set(startMs, kept);
    }
    kept.isChanged = true;
    return kept.window;
  }

  #seal({ window, isChanged }: Kept): void {
    this.#windows.delete(window.startMs);
    this.#sealedUpToMs = window.endMs;
    if (isChanged) this.#ungiven.push(window);
    this.#rows.push({ rows: reportWindows([window]) });
  }
}
