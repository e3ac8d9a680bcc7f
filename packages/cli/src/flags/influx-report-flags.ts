import type { Flag } from './flag.ts';

const group = 'From InfluxDB:';

/** Flags of `tokenstorm report` for what sinks wrote to InfluxDB. */
export const influxReportFlags: readonly Flag[] = [
  {
    name: '--from-influx',
    value: '<url>',
    // Alone it takes the address from the environment.
    valueIf: /:\/\//,
    description:
      'make the report from there: http://[user:password@]host:8086; without a URL that of TOKENSTORM_INFLUX_URL',
    group,
  },
  {
    name: '--influx-database',
    value: '<name>',
    description: 'with --from-influx: its database (default tokenstorm)',
    group,
  },
  {
    name: '--run',
    value: '<id>',
    description:
      'with --from-influx: a run (repeatable: one report of all of them); without one lists the runs',
    group,
    repeatable: true,
  },
  {
    name: '--region',
    value: '<name>',
    description: 'with --from-influx: only this region (repeatable)',
    group,
    repeatable: true,
  },
  {
    name: '--scenario',
    value: '<name>',
    description: 'with --from-influx: only this scenario of the workload (repeatable)',
    group,
    repeatable: true,
  },
  {
    name: '--model',
    value: '<name>',
    description: 'with --from-influx: only this model (repeatable)',
    group,
    repeatable: true,
  },
  {
    name: '--from',
    value: '<time>',
    description: "with --from-influx: only windows that start at or after this time from the run's start: 1m",
    group,
  },
  { name: '--to', value: '<time>', description: 'and before this one: 5m', group },
];
