import { Trend } from '@tokenstorm/core';
import type { LabelFilter, Scenario, SeriesTotals, TrendName } from '@tokenstorm/core';
import type { RunStatus } from '@tokenstorm/aggregator';
import { liveLatencies } from '../view/live-status-detail.ts';
import type { LiveLatencies, LivePercentiles, LiveSlice } from '../view/live-status-detail.ts';

/** Slices beyond this one are left out: a fleet's status is one small message a second. */
const mostSlices = 32;
/** So many distributions are added up in one go: each takes up to 0.04 ms. */
const addedAtOnce = 4;

/** What is awaited between two steps, so that none of them holds a time stamp up. */
export type Turn = () => Promise<void>;

interface PlannedSlice extends Pick<LiveSlice, 'kind' | 'name'> {
  readonly filter: LabelFilter;
}

/** The slices that a scenario is looked at by: the whole, and each target, scenario and region where there are several. */
export function plannedSlices({ targets, workloads, regions }: Scenario): readonly PlannedSlice[] {
  const several = <T>(all: readonly T[], toSlice: (one: T) => PlannedSlice) =>
    all.length < 2 ? [] : all.map(toSlice);
  return [
    { kind: 'all', name: 'all requests', filter: {} } as const,
    ...several(targets, ({ key, provider, model }) => ({
      kind: 'target',
      name: key,
      filter: { provider, model },
    })),
    ...several(workloads, ({ name }) => ({ kind: 'scenario', name, filter: { scenario: name } })),
    ...several(regions, ({ name }) => ({ kind: 'region', name, filter: { region: name } })),
  ].slice(0, mostSlices);
}

/** Sums up slice by slice, in many small steps and with the memory of one distribution. One call at a time. */
export class LiveSlices {
  readonly #slices: readonly PlannedSlice[];
  readonly #turn: Turn;
  readonly #scratch = new Trend();

  constructor(scenario: Scenario, turn: Turn) {
    this.#slices = plannedSlices(scenario);
    this.#turn = turn;
  }

  async of(status: RunStatus): Promise<LiveSlice[]> {
    const slices: LiveSlice[] = [];
    for (const planned of this.#slices) slices.push(await this.#slice(planned, status));
    return slices;
  }

  /** Quantiles of a distribution of the run so far; undefined without data. */
  async percentiles(parts: readonly SeriesTotals[], name: TrendName, filter: LabelFilter) {
    this.#scratch.reset();
    let added = 0;
    for (const totals of parts) {
      for (const { trends } of totals.groups(filter)) {
        const trend = trends.get(name);
        if (trend === undefined || trend.count === 0) continue;
        this.#scratch.add(trend);
        if (++added % addedAtOnce === 0) await this.#turn();
      }
    }
    if (added === 0) return undefined;
    const { p50, p95, p99 } = this.#scratch.summary('ms');
    await this.#turn();
    return [p50, p95, p99].map(rounded) as readonly number[] as LivePercentiles;
  }

  async #slice({ kind, name, filter }: PlannedSlice, status: RunStatus): Promise<LiveSlice> {
    const main = { ...filter, phase: 'main' } as const;
    const { accounting, errors } = status.totals.figures(main);
    const { completed, failed, dropped, lost } = accounting;
    return {
      kind,
      name,
      completed,
      failed,
      dropped,
      lost,
      errors: { ...errors },
      ...ratesOf(status, filter),
      recent: await this.#latencies(status.recent, filter),
      sofar: await this.#latencies([status.totals], main),
    };
  }

  async #latencies(parts: readonly SeriesTotals[], filter: LabelFilter): Promise<LiveLatencies> {
    const latencies: Partial<Record<(typeof liveLatencies)[number], LivePercentiles>> = {};
    for (const name of liveLatencies) {
      const percentiles = await this.percentiles(parts, name, filter);
      if (percentiles !== undefined) latencies[name] = percentiles;
    }
    return latencies;
  }
}

function ratesOf({ recent, recentMs }: RunStatus, filter: LabelFilter) {
  const figures = recent.map((window) => window.figures(filter));
  const perSecond = (sum: number) => (recentMs > 0 ? rounded((sum * 1000) / recentMs) : 0);
  return {
    startsPerSecond: perSecond(figures.reduce((sum, { accounting }) => sum + accounting.scheduled, 0)),
    outputTokensPerSecond: perSecond(
      figures.reduce((sum, { counters }) => sum + (counters.output_tokens ?? 0), 0),
    ),
  };
}

/** With 5 digits: what is shown has 4, and short numbers make short messages. */
function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
