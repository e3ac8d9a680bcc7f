import type { InfluxTarget } from './schema.ts';

/** The data source that the dashboard's variable names. */
export const dataSource = { type: 'influxdb', uid: '${datasource}' } as const;

/** A query whose series are lines. */
export function lines(query: string, alias: string, refId = 'A'): InfluxTarget {
  return { refId, datasource: dataSource, rawQuery: true, resultFormat: 'time_series', query, alias };
}

/** A query whose rows are those of a table. */
export function rows(query: string, refId = 'A'): InfluxTarget {
  return { refId, datasource: dataSource, rawQuery: true, resultFormat: 'table', query };
}
