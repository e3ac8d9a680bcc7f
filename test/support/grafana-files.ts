import { readFileSync, readdirSync } from 'node:fs';
import type { Dashboard, DataPanel } from '../../packages/aggregator/grafana/src/schema.ts';

export type { Dashboard };

const folder = new URL('../../packages/aggregator/grafana/dashboards/', import.meta.url);

/** Each dashboard as its file has it, which is what Grafana reads; by the file's name. */
export function dashboardsOnDisk(): ReadonlyMap<string, string> {
  const names = readdirSync(folder).toSorted();
  return new Map(names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));
}

/** The same, read. */
export function readDashboards(): readonly Dashboard[] {
  return [...dashboardsOnDisk().values()].map((text) => JSON.parse(text) as Dashboard);
}

/** The panels that ask for something. */
export function dataPanels({ panels }: Dashboard): readonly DataPanel[] {
  return panels.filter((panel): panel is DataPanel => 'targets' in panel);
}
