import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectRows } from '../support/expect-rows.ts';
import { OneOf } from '../support/generator-history.ts';
import { besidePanels } from '../support/grafana-expected-beside.ts';
import { runPanels } from '../support/grafana-expected.ts';
import type { Expected } from '../support/grafana-expected.ts';
import { dataPanels, readDashboards } from '../support/grafana-files.ts';
import type { Dashboard } from '../support/grafana-files.ts';
import { interpolated } from '../support/grafana-query.ts';
import type { Choice } from '../support/grafana-query.ts';
import type { PanelContext, Row } from '../support/grafana-rows.ts';
import { storedRuns } from '../support/grafana-runs.ts';
import type { StoredRuns } from '../support/grafana-runs.ts';
import { asked } from '../support/influx-windows.ts';

const dashboards = readDashboards();
const expectations: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  ...runPanels,
  ...besidePanels,
};
const nameOf = ({ uid = '' }: Dashboard) => uid.replace('tokenstorm-', '');

/** The other run is looked at, and compared to the first. */
const turned = 'the other one';

/** What a user chooses, and the step of the panels then. */
const selections: readonly (readonly [string, Readonly<Record<string, Choice>>, number])[] = [
  ['everything', {}, 5000],
  ['everything of the other run', { run: turned }, 5000],
  ['everything, in steps of 15 s', { figure: 'p50', by: 'region', metric: 'e2e' }, 15_000],
  [
    'one of each',
    { region: ['east'], provider: ['own'], model: ['large'], scenario: ['code'], by: 'scenario' },
    5000,
  ],
  ['several models', { region: ['west'], model: ['small', 'large'], figure: 'max', by: 'provider' }, 5000],
];
const all = ['$__all'];
const atFirst = {
  name: '$__all',
  region: all,
  provider: all,
  model: all,
  scenario: all,
  figure: 'p99',
  by: 'model',
  metric: 'ttft',
};

let stored: StoredRuns;
beforeAll(async () => void (stored = await storedRuns()), 120_000);
afterAll(() => stored[Symbol.asyncDispose]());

/** What is chosen on a dashboard: of its variables only. */
function contextOf(
  { templating }: Dashboard,
  choices: Readonly<Record<string, Choice>> = {},
  intervalMs = 5000,
): PanelContext {
  const isTurned = choices['run'] === turned;
  const [run, other] = isTurned ? [stored.other, stored.run] : [stored.run, stored.other];
  const runs = { run: run.report.run.id, other: other.report.run.id };
  const chosen: Readonly<Record<string, Choice>> = { ...atFirst, ...choices, ...runs };
  const names = new Set(templating.list.map(({ name }) => name));
  return {
    run,
    other,
    intervalMs,
    choices: Object.fromEntries(Object.entries(chosen).filter(([name]) => names.has(name))),
  };
}

/** Of a panel that shows nothing but empty and zero values nothing is known. */
function hasValue(rows: readonly Row[]): boolean {
  return rows.some((row) =>
    Object.entries(row).some(
      ([name, value]) => name !== 'time' && name !== 'elapsed_s' && isSomething(value),
    ),
  );
}

function isSomething(value: unknown): boolean {
  if (value instanceof OneOf) return [...value.values].some(isSomething);
  return typeof value === 'number' ? value > 0 : typeof value === 'string';
}

/** The rows of a query as Grafana would ask for it, from before the runs until after them. */
function answer(dashboard: Dashboard, query: string, { run, other, choices, intervalMs }: PanelContext) {
  const starts = [run, other].map(({ startedAtEpochMs }) => startedAtEpochMs);
  return asked(
    stored.influxUrl,
    interpolated(query, {
      variables: dashboard.templating.list,
      choices,
      intervalMs,
      fromMs: Math.min(...starts) - 60_000,
      toMs: Math.max(...starts) + 600_000,
    }),
  );
}

describe.each(selections)('with %s chosen', (_, choices, intervalMs) => {
  describe.each(dashboards.map((one) => [nameOf(one), one] as const))(
    'the dashboard %s',
    (name, dashboard) => {
      it.each(dataPanels(dashboard).map((panel) => [panel.title, panel] as const))(
        '%s',
        async (title, panel) => {
          const expected = expectations[name]?.[title];
          if (expected === undefined) throw new Error(`Nothing says what this panel is to show.`);
          const context = contextOf(dashboard, choices, intervalMs);
          expect(expected).toHaveLength(panel.targets.length);
          for (const [index, rowsOf] of expected.entries()) {
            const rows = rowsOf(context);
            expectRows(await answer(dashboard, panel.targets[index]!.query, context), rows);
          }
        },
      );
    },
  );
});

describe('what stands around the panels', () => {
  it('each panel has more to show than nothings in one of the runs', () => {
    const empty = dashboards.flatMap((dashboard) => {
      const contexts = [contextOf(dashboard), contextOf(dashboard, { run: turned })];
      const isEmpty = (expected: Expected) =>
        expected.some((rowsOf) => !contexts.some((context) => hasValue(rowsOf(context))));
      const titles = dataPanels(dashboard).map(({ title }) => title);
      return titles.filter((title) => isEmpty(expectations[nameOf(dashboard)]![title]!));
    });
    // Zero, and compared as such: no worker dies here, nobody interrupts, and the server has no cache.
    expect(empty.toSorted()).toEqual(['Cancelled', 'From a cache', 'Lost']);
  });

  it('no expectation is that of a panel which is gone', () => {
    const titles = Object.fromEntries(
      dashboards.map((one) => [nameOf(one), dataPanels(one).map((panel) => panel.title)]),
    );
    for (const [name, panels] of Object.entries(expectations))
      expect(Object.keys(panels).toSorted()).toEqual(titles[name]?.toSorted());
  });
});

describe.each(dashboards.map((one) => [nameOf(one), one] as const))(
  'around the panels of %s',
  (_, dashboard) => {
    it('the names of lines are made of what tells them apart', async () => {
      const context = contextOf(dashboard);
      for (const { alias = '', query } of dataPanels(dashboard).flatMap(
        ({ targets }) => targets as { alias?: string; query: string }[],
      )) {
        const tags = [...alias.replace('${by:raw}', 'model').matchAll(/\$tag_(\w+)/g)].map(([, tag]) => tag!);
        const rows = tags.length === 0 ? [] : await answer(dashboard, query, context);
        for (const row of rows) for (const tag of tags) expect(row[tag]).toEqual(expect.any(String));
      }
    });

    it('the variables offer what the run has, and its ends are marked', async () => {
      const context = contextOf(dashboard);
      const { run, other } = stored;
      const offered: Readonly<Record<string, readonly string[]>> = {
        name: [run, other].map(({ report }) => report.run.name),
        run: [run, other].map(({ report }) => report.run.id),
        other: [run, other].map(({ report }) => report.run.id),
        region: ['east', 'west'],
        provider: ['other', 'own'],
        model: ['large', 'small'],
        scenario: ['chat', 'code'],
      };
      const queried = dashboard.templating.list.filter(({ type }) => type === 'query');
      for (const { name, query } of queried) {
        const rows = await answer(dashboard, query as string, context);
        const values = rows.map(({ value }) => String(value)).toSorted();
        expect([name, values]).toEqual([name, offered[name]?.toSorted()]);
      }
      const marks = [
        [{ time: run.startedAtEpochMs, text: 'fleet started (east, west)' }],
        [],
        [
          {
            time: run.endedAtEpochMs,
            text: expect.stringMatching(/^fleet passed, (valid|suspect|invalid)/),
          },
        ],
      ];
      for (const [index, { target }] of dashboard.annotations.list.entries())
        expect(await answer(dashboard, target.query, context)).toEqual(marks[index]);
    });
  },
);
