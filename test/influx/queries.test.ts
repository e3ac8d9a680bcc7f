import { readFileSync } from 'node:fs';
import { influxSink } from '@tokenstorm/aggregator';
import type { SinkRun } from '@tokenstorm/aggregator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  asked,
  completed,
  plainReport,
  runOfTwelveGroups,
  totalsOf,
  twelveGroups,
  windowOf,
} from '../support/influx-windows.ts';
import { startInflux } from '../support/services.ts';
import type { Service } from '../support/services.ts';

let influx: Service & { readonly url: string };
let run: SinkRun;
beforeAll(async () => {
  influx = await startInflux();
  run = runOfTwelveGroups('panels');
  await using sink = influxSink({ url: influx.url });
  await sink.start(run);
  for (const startMs of [0, 5000, 10_000, 15_000]) await sink.write(windowOf(startMs, seriesAt(startMs)));
  const totals = totalsOf([0, 5000, 10_000, 15_000].flatMap(seriesAt));
  await sink.finish(plainReport(run, totals), { totals, endMs: 20_000 });
  if (sink.note !== undefined) throw new Error(sink.note);
});
afterAll(() => influx[Symbol.asyncDispose]());

/** Each of the twelve groups has 10 requests in a window; eu-west takes 100 ms and us-east 300 ms, from 10 s on twice as long. */
function seriesAt(startMs: number) {
  const slower = startMs >= 10_000 ? 2 : 1;
  return twelveGroups().map((labels) => {
    const value = (labels.region === 'eu-west' ? 100 : 300) * slower;
    const values = Array.from({ length: 10 }, () => value);
    return completed(labels, { ttft: values, e2e: values });
  });
}

/** The queries in the docs, in their order, as Grafana would send them in steps of 10 s. */
const [byRegion, rates, runs, annotations] = [
  ...readFileSync(new URL('../../docs/influxdb.md', import.meta.url), 'utf8').matchAll(/```sql\n(.*?)```/gs),
].map(
  ([, text = '']) =>
    (at: number) =>
      text
        .replaceAll('$run', run.plan.runId)
        .replaceAll('$timeFilter', `time >= ${at - 60_000}ms AND time < ${at + 60_000}ms`)
        .replaceAll('$__interval', '10s'),
);

const rows = (query: ((at: number) => string) | undefined) => asked(influx.url, query!(run.startedAtEpochMs));
/** Steps of 10 s of InfluxQL lie on the clock, and a run starts where it starts, on a whole 5 s here. */
const values = (found: readonly Readonly<Record<string, unknown>>[], name: string) =>
  found.map((row) => Number(row[name]));

it('the p99 by region is that of the worst window of each step', async () => {
  const found = await rows(byRegion);
  for (const [region, first, last] of [
    ['eu-west', 100, 200],
    ['us-east', 300, 600],
  ] as const) {
    const p99 = values(
      found.filter((row) => row['region'] === region),
      'max',
    );
    expect(new Set(p99.map(Math.round))).toEqual(new Set([first, last]));
    expect(p99).toEqual(p99.toSorted((a, b) => a - b));
  }
});

it('the rate is requests per second, whatever the step', async () => {
  const found = await rows(rates);
  // 12 groups x 10 requests in each window of 5 s.
  expect(new Set(values(found, 'completed'))).toEqual(new Set([24]));
  expect(new Set(values(found, 'failed'))).toEqual(new Set([0]));
});

it('the table of runs has one row for each model', async () => {
  const found = await rows(runs);
  expect(found.map(({ name, model, requests }) => [name, model, requests])).toEqual([
    ['panels', 'large', 240],
    ['panels', 'small', 240],
  ]);
  expect(new Set(values(found, 'p99').map(Math.round))).toEqual(new Set([600]));
});

it('annotations tell how the run went', async () => {
  expect((await rows(annotations)).map(({ text }) => text)).toEqual([
    'panels started (eu-west, us-east)',
    'panels passed, valid',
  ]);
});
