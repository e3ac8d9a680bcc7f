import { is, select } from './influxql.ts';
import { table } from './table.ts';
import { rows } from './target.ts';
import { validityColors, verdictColors } from './validity-colors.ts';
import type { FieldOverride } from './schema.ts';

const coloured = (name: string, colors: Readonly<Record<string, string>>): FieldOverride => ({
  matcher: { id: 'byName', options: name },
  properties: [
    { id: 'custom.cellOptions', value: { type: 'color-text' } },
    {
      id: 'mappings',
      value: Object.entries(colors).map(([value, color], index) => ({
        type: 'value',
        options: { [value]: { color, index } },
      })),
    },
  ],
});

const opens: FieldOverride = {
  matcher: { id: 'byName', options: 'run' },
  properties: [
    {
      id: 'links',
      value: [
        {
          title: 'Show this run, in its time',
          url: '/d/tokenstorm-run?${datasource:queryparam}&var-run=${__data.fields.run}&from=${__data.fields.started_ms.numeric}&to=${__data.fields.ended_ms.numeric}',
        },
      ],
    },
  ],
};

/** All runs of the chosen names that have ended; a click on one shows it in its own time. */
export const runTable = table({
  title: 'Runs that have ended',
  description:
    'Runs of the chosen names, whatever the time range. A click on the id shows that run, with the time range of its own.',
  unit: 'string',
  height: 10,
  targets: [
    rows(
      select({
        fields: [
          'verdict',
          'validity',
          'reasons',
          'duration_s',
          'scheduled',
          'completed',
          'failed',
          'regions',
          'workers',
          'started_ms',
          'ended_ms',
        ].map((name) => `"${name}"`),
        from: 'runs',
        where: [is('event', 'end'), '"name" =~ /^${name:regex}$/'],
        by: ['run', 'name'],
        inRange: false,
      }),
    ),
  ],
  transformations: [
    { id: 'sortBy', options: { sort: [{ field: 'Time', desc: true }] } },
    {
      id: 'organize',
      options: { excludeByName: {}, renameByName: { Time: 'ended', duration_s: 'duration' } },
    },
  ],
  overrides: [
    coloured('verdict', verdictColors),
    coloured('validity', validityColors),
    opens,
    {
      matcher: { id: 'byRegexp', options: 'scheduled|completed|failed|workers' },
      properties: [{ id: 'unit', value: 'short' }],
    },
    { matcher: { id: 'byName', options: 'duration' }, properties: [{ id: 'unit', value: 's' }] },
    {
      matcher: { id: 'byRegexp', options: '_ms$' },
      // The first up to Grafana 12, the second since: each leaves the other's alone.
      properties: [
        { id: 'custom.hidden', value: true },
        { id: 'custom.hideFrom', value: { viz: true, legend: true, tooltip: true } },
      ],
    },
  ],
});
