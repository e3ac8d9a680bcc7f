import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashboardFiles } from '../packages/aggregator/grafana/src/all-dashboards.ts';
import { dashboardsOnDisk, dataPanels, readDashboards } from './support/grafana-files.ts';
import type { Dashboard } from './support/grafana-files.ts';
import { grafanaVersions, schemaProblems } from './support/grafana-schema.ts';

const dashboards = readDashboards();
const named = dashboards.map((one) => [one.uid ?? '', one] as const);

it('are in their files as the code yields them (`npm run docs` writes them)', () => {
  expect(dashboardsOnDisk()).toEqual(dashboardFiles());
  expect(dashboards).toHaveLength(6);
});

describe.each(grafanaVersions)('by the schema of Grafana %s', { timeout: 60_000 }, (version) => {
  it('are valid', async () => {
    expect(await schemaProblems(version, named)).toEqual([]);
  });

  it('would not be with a wrong word anywhere', async () => {
    const [, sound] = named[0]!;
    const wrong: readonly (readonly [string, Dashboard])[] = [
      ['dashboard', { ...sound, colour: 'red' } as Dashboard],
      ['panel', withPanel(sound, { lineage: 1 })],
      ['kind', withPanel(sound, { type: 'graph' })],
      ['option', withPanel(sound, { options: { colorMode: 'rainbow' } })],
      ['unknown-option', withPanel(sound, { options: { glow: true } })],
      ['field', withPanel(sound, { fieldConfig: { defaults: { units: 'ms' }, overrides: [] } })],
    ];
    const problems = await schemaProblems(version, wrong);
    for (const [name] of wrong) expect(problems).toContainEqual(expect.stringMatching(`\\b${name}\\.ts\\(`));
  });
});

/** The dashboard with its first stat panel changed. */
function withPanel(dashboard: Dashboard, change: object): Dashboard {
  const at = dashboard.panels.findIndex(({ type }) => type === 'stat');
  const panels = dashboard.panels.with(at, { ...dashboard.panels[at]!, ...change });
  return { ...dashboard, panels };
}

describe.each(named)('%s', (_, dashboard) => {
  const panels = dataPanels(dashboard);

  it('has panels with numbers and titles of their own, and a sentence on each', () => {
    const numbers = dashboard.panels.map(({ id }) => id);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    for (const { title, description } of panels)
      expect([title, description]).toEqual([title, expect.stringMatching(/\w\.$/)]);
  });

  it('has every panel in a place of its own', () => {
    const cells = dashboard.panels.flatMap(({ gridPos = { x: 0, y: 0, w: 0, h: 0 } }) => {
      const { x, y, w, h } = gridPos;
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_unused, at) => `${x + (at % w)},${y + Math.floor(at / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('asks the data source that its variable names, in steps of at least a window, and reads measured requests only', () => {
    const source = { type: 'influxdb', uid: '${datasource}' };
    expect(dashboard.templating.list[0]).toMatchObject({
      type: 'datasource',
      name: 'datasource',
      query: 'influxdb',
    });
    for (const { datasource } of [...dashboard.annotations.list, ...dashboard.templating.list.slice(1)])
      expect([undefined, source]).toContainEqual(datasource);
    for (const { datasource, interval, targets } of panels) {
      expect([datasource, interval]).toEqual([source, '5s']);
      for (const target of targets) {
        expect(target.datasource).toEqual(source);
        expect(target.query).toMatch(/"phase" = 'main'|"tokenstorm_(runs|generator)"/);
      }
    }
  });

  it('never averages or adds up percentiles', () => {
    const latencies = panels
      .flatMap(({ targets }) => targets)
      .filter(({ query }) => query.includes('_latency"'));
    for (const { query } of latencies) {
      expect(query).not.toMatch(/\b(mean|median|sum|percentile|moving_average|spread|integral)\(/i);
      // One point of one series: the worst of several, the only one of a run, or each by itself.
      expect(query).toMatch(/SELECT (max\(|last\(|"elapsed_s")/);
    }
  });
});

describe('what Grafana is provisioned with', () => {
  const folder = '../packages/aggregator/grafana/provisioning/';
  const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  const sources = text(`${folder}datasources/tokenstorm.yaml`);
  const guide = text('../docs/grafana.md');

  it('is the data source that the dashboards take at first', () => {
    const [source] = (parse(sources) as { datasources: Record<string, unknown>[] }).datasources;
    expect(source).toMatchObject({
      type: 'influxdb',
      access: 'proxy',
      url: '${TOKENSTORM_INFLUX_URL}',
      jsonData: {
        version: 'InfluxQL',
        httpMode: 'POST',
        dbName: '${TOKENSTORM_INFLUX_DATABASE}',
        timeInterval: '5s',
      },
    });
    for (const { templating } of dashboards)
      expect(templating.list[0]?.current).toEqual({ text: source?.['name'], value: source?.['uid'] });
  });

  it('is filled in from variables that the guide names, and holds no secret', () => {
    const used = new Set([...sources.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    const documented = new Set([...guide.matchAll(/^\| `(TOKENSTORM_\w+)`/gm)].map(([, name]) => name));
    expect(used).toEqual(documented);
    expect(sources).toContain('password: ${TOKENSTORM_INFLUX_PASSWORD}');
  });

  it('finds the dashboards where the guide says that they are', () => {
    const { providers } = parse(text(`${folder}dashboards/tokenstorm.yaml`)) as {
      providers: { folder: string; type: string; options: { path: string } }[];
    };
    expect(providers).toEqual([expect.objectContaining({ folder: 'Tokenstorm', type: 'file' })]);
    expect(guide).toContain(`\`${providers[0]!.options.path}\``);
  });
});
