import { Trend, isOpenLoop, measuredWindow } from '@tokenstorm/core';
import type { EncodedTrend, LoadCourse, MeasuredWindow, MetricsSnapshot, RunPlan } from '@tokenstorm/core';

/** Fewest snapshot intervals in a quarter from which it can be told apart from its neighbours. */
const leastIntervals = 2;

/** A quarter of each watched load as plain data. */
export type LoadCoursesState = readonly (readonly QuarterState[])[];

interface QuarterState {
  readonly arrivals: number;
  readonly completed: number;
  readonly ttft: EncodedTrend;
}

/** Follows each open-loop workload through the quarters of its measured window. */
export class LoadCourses {
  readonly #watched: readonly WatchedLoad[];

  constructor({ scenario, snapshotIntervalMs }: RunPlan) {
    this.#watched = scenario.workloads
      .filter(({ load }) => isOpenLoop(load))
      .map((workload) => new WatchedLoad(workload.name, measuredWindow(workload)))
      .filter((load) => load.quarterMs >= leastIntervals * snapshotIntervalMs);
  }

  state(): LoadCoursesState {
    return this.#watched.map((load) => load.state());
  }

  restore(state: LoadCoursesState): void {
    this.#watched.forEach((load, index) => load.restore(state[index] ?? []));
  }

  add(snapshot: MetricsSnapshot): void {
    for (const load of this.#watched) load.add(snapshot);
  }

  all(): readonly LoadCourse[] {
    return this.#watched.map((load) => load.course());
  }
}

class WatchedLoad {
  readonly quarterMs: number;
  readonly #scenario: string;
  readonly #startMs: number;
  readonly #quarters = Array.from({ length: 4 }, () => ({ arrivals: 0, completed: 0, ttft: new Trend() }));

  constructor(scenario: string, window: MeasuredWindow) {
    this.#scenario = scenario;
    this.#startMs = window.startMs;
    this.quarterMs = (window.endMs - window.startMs) / 4;
  }

  state(): readonly QuarterState[] {
    return this.#quarters.map(({ ttft, ...counts }) => ({ ...counts, ttft: ttft.encode() }));
  }

  restore(quarters: readonly QuarterState[]): void {
    quarters.forEach(({ arrivals, completed, ttft }, index) => {
      const quarter = this.#quarters[index]!;
      quarter.arrivals = arrivals;
      quarter.completed = completed;
      quarter.ttft.merge(ttft);
    });
  }

  add(snapshot: MetricsSnapshot): void {
    const middleMs = snapshot.intervalStartMs + snapshot.intervalMs / 2;
    const quarter = this.#quarters[Math.floor((middleMs - this.#startMs) / this.quarterMs)];
    if (quarter === undefined) return;
    for (const { labels, accounting, trends } of snapshot.series) {
      if (labels.scenario !== this.#scenario || labels.phase !== 'main') continue;
      quarter.arrivals += accounting.scheduled;
      quarter.completed += accounting.completed;
      if (trends.ttft !== undefined) quarter.ttft.merge(trends.ttft);
    }
  }

  course(): LoadCourse {
    const quarters = this.#quarters.map(({ arrivals, completed, ttft }) => ({
      arrivals,
      completed,
      ...(ttft.count > 0 && { medianTtftMs: ttft.quantile(0.5) }),
    }));
    return { scenario: this.#scenario, quarters };
  }
}
