import type { CounterName } from './counter-definitions.ts';
import type { Accounting } from './snapshot.ts';

/** What a ratio is computed from: sums over any number of series. */
export interface RatioSource {
  readonly accounting: Accounting;
  readonly counters: Readonly<Partial<Record<CounterName, number>>>;
}

/** One share of requests, 0..1. */
export interface RatioDefinition {
  readonly kind: 'ratio';
  readonly name: string;
  readonly unit: 'ratio';
  readonly title: string;
  readonly formula: string;
  readonly meaning: string;
  /** `undefined` where nothing happened that it could be a share of. */
  readonly ratio: (source: RatioSource) => number | undefined;
}

/** Every ratio. */
export const ratioDefinitions = [
  {
    kind: 'ratio',
    name: 'errors',
    unit: 'ratio',
    title: 'Error rate',
    formula: 'failed / (completed + failed)',
    meaning: 'Share of failed requests among those that ended by themselves.',
    ratio: ({ accounting }) => share(accounting.failed, accounting.completed + accounting.failed),
  },
  {
    kind: 'ratio',
    name: 'goodput',
    unit: 'ratio',
    title: 'Goodput',
    formula: 'good / scheduled',
    meaning:
      'Share of all scheduled requests that completed within every SLO. Failed, dropped, lost and cancelled ones count as bad.',
    ratio: ({ accounting, counters }) => share(counters.good ?? 0, accounting.scheduled),
  },
  {
    kind: 'ratio',
    name: 'dropped',
    unit: 'ratio',
    title: 'Dropped',
    formula: 'dropped / scheduled',
    meaning: 'Share of scheduled requests that were never sent because `max_in_flight` was reached.',
    ratio: ({ accounting }) => share(accounting.dropped, accounting.scheduled),
  },
  {
    kind: 'ratio',
    name: 'lost',
    unit: 'ratio',
    title: 'Lost',
    formula: 'lost / scheduled',
    meaning:
      'Share of scheduled requests whose outcome nobody knows, because the worker that sent them died.',
    ratio: ({ accounting }) => share(accounting.lost, accounting.scheduled),
  },
] as const satisfies readonly RatioDefinition[];

/** Shares of requests. */
export type RatioName = (typeof ratioDefinitions)[number]['name'];

export type RatioRow = RatioDefinition & { readonly name: RatioName };

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
