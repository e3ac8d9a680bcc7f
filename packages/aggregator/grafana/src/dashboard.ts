import { layOut } from './layout.ts';
import type { Section } from './layout.ts';
import type { Annotation, Dashboard, Variable } from './schema.ts';
import { sourceVariable } from './variables.ts';

export interface DashboardText {
  /** Name of the file, and, after `tokenstorm-`, the end of its address. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Variable[];
  readonly annotations: readonly Annotation[];
  readonly sections: readonly Section[];
}

/** Grafana 11.0's; newer ones bring it up to date as they read it. */
const schemaVersion = 39;
/** All of them have it: each links to the others by it. */
const tag = 'tokenstorm';

/** A dashboard as Grafana reads it. */
export function dashboard({
  name,
  title,
  description,
  variables,
  annotations,
  sections,
}: DashboardText): Dashboard {
  return {
    uid: `tokenstorm-${name}`,
    title: `Tokenstorm: ${title}`,
    description,
    tags: [tag],
    schemaVersion,
    editable: true,
    graphTooltip: 1,
    time: { from: 'now-15m', to: 'now' },
    timepicker: { refresh_intervals: ['5s', '10s', '30s', '1m', '5m'] },
    refresh: '5s',
    timezone: 'browser',
    links: [linkToOthers()],
    annotations: { list: [...annotations] },
    templating: { list: [sourceVariable, ...variables] },
    panels: layOut(sections),
  };
}

/** With the chosen run, labels and time. */
function linkToOthers(): NonNullable<Dashboard['links']>[number] {
  return {
    type: 'dashboards',
    title: 'Tokenstorm',
    tags: [tag],
    icon: 'external link',
    tooltip: '',
    asDropdown: false,
    includeVars: true,
    keepTime: true,
    targetBlank: false,
  };
}
