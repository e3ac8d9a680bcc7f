import { allValues, measurements } from '../../src/influx/schema.ts';
import { ofRun } from './influxql.ts';
import type { Variable } from './schema.ts';
import { dataSource } from './target.ts';

/** Which data source: the provisioned one, or whichever an import by hand chose. */
export const sourceVariable: Variable = {
  type: 'datasource',
  name: 'datasource',
  label: 'Data source',
  query: 'influxdb',
  current: { text: 'Tokenstorm', value: 'tokenstorm' },
  hide: 0,
};

/** Refreshed with the time range, for runs and their labels come up as they go. */
const onTimeRange = 2;
const descending = 2;
const ascending = 1;

/** Runs of which names are asked for. */
export const nameVariable: Variable = {
  ...queried(`SHOW TAG VALUES FROM "${measurements.runs}" WITH KEY = "name"`),
  name: 'name',
  label: 'Run name',
  sort: ascending,
  includeAll: true,
  allValue: '.*',
  current: { text: 'All', value: '$__all' },
};

/** One run, the newest one at first: a run's id begins with its time. */
export function runVariable(name: string, label: string): Variable {
  return {
    ...queried(
      `SHOW TAG VALUES FROM "${measurements.runs}" WITH KEY = "run" WHERE "name" =~ /^\${name:regex}$/`,
    ),
    name,
    label,
    sort: descending,
  };
}

/** The values that a tag has in the run. `All` is every one of them beside the others, never their sum. */
export function tagVariable(tag: 'region' | 'provider' | 'model' | 'scenario', label: string): Variable {
  const where = `${ofRun()} AND "${tag}" != '${allValues}'`;
  return {
    ...queried(`SHOW TAG VALUES FROM "${measurements.requests}" WITH KEY = "${tag}" WHERE ${where}`),
    name: tag,
    label,
    sort: ascending,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: ['All'], value: ['$__all'] },
  };
}

/** All four that choose groups. */
export const groupVariables: readonly Variable[] = [
  tagVariable('region', 'Region'),
  tagVariable('provider', 'Provider'),
  tagVariable('model', 'Model'),
  tagVariable('scenario', 'Scenario'),
];

/** One of several names. */
export function choice(name: string, label: string, values: readonly string[], chosen: string): Variable {
  return {
    type: 'custom',
    name,
    label,
    query: values.join(','),
    current: { text: chosen, value: chosen, selected: true },
    options: values.map((value) => ({ text: value, value, selected: value === chosen })),
  };
}

function queried(query: string): Omit<Variable, 'name'> {
  return { type: 'query', datasource: dataSource, query, refresh: onTimeRange };
}

/** The figure of a distribution that lines show. */
export const figureVariable = choice(
  'figure',
  'Figure',
  ['p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'max'],
  'p99',
);

/** What lines are split by. */
export const splitVariable = choice('by', 'Split by', ['region', 'provider', 'model', 'scenario'], 'model');
