import {
  emptyAccounting,
  generatorLimits,
  latenessLimitMs,
  outcomeLimits,
  stampErrorLimitMs,
  suspectPart,
  validityOf,
} from '@tokenstorm/core';
import type { Accounting, LoadCourse, TrendName } from '@tokenstorm/core';
import type { HealthSummary } from '@tokenstorm/aggregator';
import { generatorInput } from '@tokenstorm/aggregator';
import type { LiveLight, LivePercentiles } from '../view/live-status-detail.ts';

/** Distributions that the validity looks at. */
export const judgedTrends = [
  'ttft',
  'icl',
  'e2e',
  'schedule_lag',
  'send_delay',
  'rate_limit_wait',
] as const satisfies TrendName[];

export interface LightsInput {
  readonly accounting: Accounting;
  readonly percentiles: ReadonlyMap<TrendName, LivePercentiles>;
  readonly courses: readonly LoadCourse[];
  readonly health: HealthSummary;
}

type Judged = Parameters<typeof validityOf>[0];
type Figure = Pick<LiveLight, 'measured' | 'limit'>;

/** Each thing that the validity is judged by, judged as the report of the run so far would be: by `validityOf` itself. */
export function lightsOf(input: LightsInput): LiveLight[] {
  const { accounting, courses, health } = input;
  const trends = trendsOf(input.percentiles);
  const nothing: Judged = { accounting: emptyAccounting, trends: new Map(), courses: [], generator: {} };
  const { runQueueDelayRatio, clockErrorMs, stampErrorBoundP99Ms } = generatorInput(health);
  const answered = accounting.completed + accounting.failed;
  return [
    light('lag', { ...nothing, trends }, lagFigure(trends)),
    light(
      'stamps',
      { ...nothing, trends: without(trends, lateness), generator: part({ stampErrorBoundP99Ms }) },
      stampFigure(trends, stampErrorBoundP99Ms),
    ),
    light(
      'cpu',
      { ...nothing, generator: part({ runQueueDelayRatio }) },
      ofLimit(runQueueDelayRatio, generatorLimits.runQueueDelayRatio),
    ),
    ...(clockErrorMs === undefined
      ? []
      : [
          light(
            'clock',
            { ...nothing, generator: { clockErrorMs } },
            ofLimit(clockErrorMs, generatorLimits.clockErrorMs),
          ),
        ]),
    light(
      'lost',
      { ...nothing, accounting: onlyOf(accounting, ['scheduled', 'lost']) },
      share(accounting.lost, accounting.scheduled, 0),
    ),
    light(
      'knee',
      {
        ...nothing,
        courses,
        trends: without(trends, lateness),
        accounting: onlyOf(accounting, ['scheduled', 'dropped']),
      },
      share(accounting.dropped, accounting.scheduled, outcomeLimits.droppedRatio),
    ),
    light(
      'errors',
      { ...nothing, accounting: onlyOf(accounting, ['completed', 'failed']) },
      share(accounting.failed, answered, outcomeLimits.errorRatio),
    ),
  ];
}

const lateness: ReadonlySet<TrendName> = new Set(['schedule_lag', 'send_delay']);

function light(name: LiveLight['name'], judged: Judged, figure: Figure): LiveLight {
  if (figure.measured === undefined) return { name, level: 'unknown' };
  return { name, level: validityOf(judged).level, ...figure };
}

function trendsOf(percentiles: LightsInput['percentiles']): Judged['trends'] {
  return new Map(
    [...percentiles].map(([name, [p50, p95, p99]]) => [
      name,
      { count: 1, quantile: (q: number) => (q >= 0.99 ? p99 : q >= 0.95 ? p95 : p50) },
    ]),
  );
}

function without(trends: Judged['trends'], names: ReadonlySet<TrendName>): Judged['trends'] {
  return new Map([...trends].filter(([name]) => !names.has(name)));
}

function onlyOf(accounting: Accounting, names: readonly (keyof Accounting)[]): Accounting {
  return { ...emptyAccounting, ...Object.fromEntries(names.map((name) => [name, accounting[name]])) };
}

function lagFigure(trends: Judged['trends']): Figure {
  const p99s = [...lateness].flatMap((name) => trends.get(name)?.quantile(0.99) ?? []);
  if (p99s.length === 0) return {};
  return { measured: Math.max(...p99s), limit: latenessLimitMs(trends) * suspectPart };
}

function stampFigure(trends: Judged['trends'], measured: number | undefined): Figure {
  const most = stampErrorLimitMs(trends);
  return most === undefined ? {} : ofLimit(measured, most * suspectPart);
}

function ofLimit(measured: number | undefined, limit: number): Figure {
  return measured === undefined ? {} : { measured, limit };
}

function share(some: number, all: number, limit: number): Figure {
  return all === 0 ? {} : { measured: some / all, limit };
}

function part<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
