import { allValues, measurements } from '../../src/influx/schema.ts';

/**
 * Which points a query reads, exactly one level of what a sink writes: everything as one, each region or each model of a
 * provider as one, or each group. Points of several levels hold the same requests.
 */
export type Level = 'everything' | 'region' | 'model' | 'group';

/** Tags that tell the series of a level apart. */
export const levelTags: Readonly<Record<Level, readonly string[]>> = {
  everything: [],
  region: ['region'],
  model: ['provider', 'model'],
  group: ['region', 'provider', 'model', 'scenario'],
};

/** In words, for descriptions. */
export const levelWords: Readonly<Record<Level, string>> = {
  everything: 'All requests of the run as one.',
  region: 'One line for each chosen region, with all its requests.',
  model: 'One line for each chosen model of a provider, with its requests from all regions.',
  group: 'One line for each chosen group: a model of a provider, asked by a scenario from a region.',
};

const levelConditions: Readonly<Record<Level, readonly string[]>> = {
  everything: [is('provider', allValues), is('region', allValues)],
  region: [isNot('region', allValues), is('scenario', allValues), chosen('region')],
  model: [isNot('model', allValues), is('region', allValues), chosen('provider'), chosen('model')],
  group: [isNot('scenario', allValues), ...levelTags.group.map(chosen)],
};

/** The step of a panel's query. */
export const step = 'time($__interval)';

/** Of the measured part of the run that the variable names. */
export function measured(level: Level, run = 'run'): readonly string[] {
  return [ofRun(run), is('phase', 'main'), ...levelConditions[level]];
}

export function ofRun(run = 'run'): string {
  return `"run" = '\${${run}:raw}'`;
}

export function is(tag: string, value: string): string {
  return `"${tag}" = '${value}'`;
}

export interface Select {
  /** What is selected, each `EXPRESSION AS "NAME"`. */
  readonly fields: readonly string[];
  readonly from: keyof typeof measurements;
  readonly where: readonly string[];
  /** Tags, and `step` where the values are to be over time. */
  readonly by?: readonly string[];
  /** The dashboard's time range; default: true. Whole runs are points at their start, which may lie before it. */
  readonly inRange?: boolean;
}

/** One query in InfluxQL. Steps without a point stay empty: nothing is made up. */
export function select({ fields, from, where, by = [], inRange = true }: Select): string {
  const conditions = [...where, ...(inRange ? ['$timeFilter'] : [])].join(' AND ');
  const groups = by.map((name) => (name === step ? name : `"${name}"`)).join(', ');
  const grouped = groups === '' ? '' : ` GROUP BY ${groups}`;
  const filled = by.includes(step) ? ' fill(none)' : '';
  return `SELECT ${fields.join(', ')} FROM "${measurements[from]}" WHERE ${conditions}${grouped}${filled}`;
}

/** A count per second. Windows are whole in one step, so that the sum of what a line shows is the sum of the requests. */
export function perSecond(field: string, name = field): string {
  return `sum("${field}") * 1000 / $__interval_ms AS "${name}"`;
}

export function sum(field: string, name = field): string {
  return `sum("${field}") AS "${name}"`;
}

/** The worst window of each step: percentiles cannot be averaged. */
export function worst(field: string, name = field): string {
  return `max("${field}") AS "${name}"`;
}

export function last(field: string, name = field): string {
  return `last("${field}") AS "${name}"`;
}

function isNot(tag: string, value: string): string {
  return `"${tag}" != '${value}'`;
}

/** All of them, or those that the variable of this name has. */
function chosen(tag: string): string {
  return `"${tag}" =~ /^\${${tag}:regex}$/`;
}
