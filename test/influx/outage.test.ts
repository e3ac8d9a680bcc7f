import { setTimeout as sleep } from 'node:timers/promises';
import { influxSink } from '@tokenstorm/aggregator';
import type { InfluxSinkOptions, Sink, SinkRun } from '@tokenstorm/aggregator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  asked,
  completed,
  plainReport,
  runOfTwelveGroups,
  twelveGroups,
  windowOf,
} from '../support/influx-windows.ts';
import { startInflux } from '../support/services.ts';
import type { Service } from '../support/services.ts';

let influx: Service & { readonly url: string };
beforeAll(async () => void (influx = await startInflux()));
afterAll(() => influx[Symbol.asyncDispose]());

/** Points of a window in which one group has `e2e` alone: requests and e2e of the group and of three roll-ups. */
const pointsOfWindow = 8;
/** The generator's point and the annotation of the end. */
const pointsAtEnd = 2;

let run: SinkRun;
beforeEach(() => void (run = runOfTwelveGroups()));

const window = (number: number) =>
  windowOf(number * 5000, [completed(twelveGroups()[0]!, { e2e: [number + 1] })]);
const rows = () =>
  asked(
    influx.url,
    `SELECT "completed" FROM tokenstorm_requests WHERE "run" = '${run.plan.runId}' AND "scenario" = 'chat'`,
  );

/** What is written by now, once it is so many windows: a window counts as unwritten only when its points are made. */
const windowsThere = (count: number) => expect.poll(rows, { timeout: 10_000 }).toHaveLength(count);

async function finish(sink: Sink): Promise<void> {
  const { totals } = window(0);
  await sink.finish(plainReport(run, totals), { totals, endMs: 60_000 });
}

async function started(options: Partial<InfluxSinkOptions> = {}): Promise<Sink> {
  const sink = influxSink({ url: influx.url, ...options });
  await sink.start(run);
  await expect.poll(() => sink.unwritten).toBe(0);
  return sink;
}

describe('a sink whose InfluxDB is away', { timeout: 60_000 }, () => {
  it('keeps the windows and writes them in order once it is back', async () => {
    const problems: string[] = [];
    await using sink = await started({ onProblem: (problem) => problems.push(problem) });
    await sink.write(window(0));
    await windowsThere(1);
    await influx.kill();
    for (let number = 1; number <= 20; number += 1) await sink.write(window(number));
    await sink.write(window(3));
    await expect.poll(() => sink.unwritten).toBe(20 * pointsOfWindow);
    await sleep(2000);
    await influx.start();
    const backAt = performance.now();
    await expect.poll(() => sink.unwritten, { timeout: 30_000 }).toBe(0);
    // G10 allows 30 s; it was away for a little more than 2 s, so the longest pause between two tries is about as long.
    expect(performance.now() - backAt).toBeLessThan(15_000);
    expect((await rows()).map(({ time }) => time)).toEqual(
      Array.from({ length: 21 }, (_, number) => run.startedAtEpochMs + number * 5000),
    );
    expect(problems).toEqual([
      expect.stringMatching(/^InfluxDB takes no points, which wait meanwhile: .*ECONNREFUSED/),
      'InfluxDB takes points again.',
    ]);
    await finish(sink);
    expect(sink.note).toBeUndefined();
  });

  it('says exactly how many points are not there when its time is up', async () => {
    await using sink = await started({ finishMs: 1500 });
    await influx.kill();
    for (let number = 0; number < 5; number += 1) await sink.write(window(number));
    const before = performance.now();
    await finish(sink);
    expect(performance.now() - before).toBeGreaterThan(1400);
    expect(performance.now() - before).toBeLessThan(8000);
    expect(sink.unwritten).toBe(6 * pointsOfWindow + pointsAtEnd);
    expect(sink.note).toMatch(
      /^50 points are not in InfluxDB: 50 could not be written in time\. InfluxDB takes no points/,
    );
    await influx.start();
  });

  it('starts without it, and writes when it is there', async () => {
    await influx.stop();
    await using sink = influxSink({ url: influx.url, database: 'later' });
    await expect(sink.start(run)).rejects.toMatchObject({
      code: 'E_INFLUX',
      hint: expect.stringContaining('8086'),
    });
    await sink.write(window(0));
    await influx.start();
    const there = () => asked(influx.url, 'SELECT * FROM tokenstorm_requests', 'later').catch(() => []);
    await expect.poll(there, { timeout: 20_000 }).toHaveLength(4);
  });

  it('gives up the oldest windows beyond its bound, and counts them', async () => {
    await using sink = await started({ maxWaitingBytes: 80_000, finishMs: 30_000 });
    await influx.kill();
    for (let number = 0; number < 30; number += 1) await sink.write(window(number));
    await expect.poll(() => sink.unwritten).toBe(30 * pointsOfWindow);
    await influx.start();
    await finish(sink);
    const there = await rows();
    expect(there.length).toBeGreaterThan(3);
    expect(there.length).toBeLessThan(15);
    expect(there.at(-1)?.['time']).toBe(run.startedAtEpochMs + 29 * 5000);
    expect(sink.unwritten).toBe((30 - there.length) * pointsOfWindow);
    expect(sink.note).toContain('were given up while others waited');
  });

  it('outlives a database that is taken away', async () => {
    await using sink = await started();
    await asked(influx.url, 'DROP DATABASE "tokenstorm"');
    await sink.write(window(1));
    await expect.poll(() => rows().catch(() => []), { timeout: 10_000 }).toHaveLength(1);
    // The points are there a moment before the sink hears of it.
    await expect.poll(() => sink.unwritten).toBe(0);
  });

  it("writes nothing while the run may be somebody else's", async () => {
    let mayWrite = false;
    await using sink = influxSink({ url: influx.url });
    await sink.start({ ...run, mayWrite: () => mayWrite });
    await sink.write(window(0));
    await sleep(600);
    expect(sink.unwritten).toBe(1 + pointsOfWindow);
    expect(await rows()).toEqual([]);
    mayWrite = true;
    await windowsThere(1);
  });
});

describe('points that InfluxDB refuses', () => {
  it('are counted, told and not tried for ever; the others are there', async () => {
    const problems: string[] = [];
    const database = 'conflict';
    await using sink = await started({ database, onProblem: (problem) => problems.push(problem) });
    // Somebody made `scheduled` a text there. A shard of InfluxDB holds a day: the type is fixed for that.
    const line = `tokenstorm_requests,run=x scheduled="many" ${run.startedAtEpochMs}`;
    const reply = await fetch(`${influx.url}/write?db=${database}&precision=ms`, {
      method: 'POST',
      body: line,
    });
    expect(reply.status).toBe(204);
    for (const number of [0, 1]) await sink.write(window(number));
    await expect
      .poll(() => problems.join('\n'))
      .toMatch(/^InfluxDB refused 4 of \d points: 400 partial write: field type conflict/);
    await expect.poll(() => sink.unwritten).toBe(2 * 4);
    await sink.write(window(1));
    await sleep(300);
    expect(sink.unwritten).toBe(2 * 4);
    const latency = await asked(influx.url, 'SELECT "count" FROM tokenstorm_latency', database);
    expect(latency).toHaveLength(2 * 4);
    await finish(sink);
    expect(sink.note).toMatch(/^8 points are not in InfluxDB: 8 were refused\./);
  });

  it('are all those of a run that is older than the retention', async () => {
    run = { ...run, startedAtEpochMs: run.startedAtEpochMs - 31 * 86_400_000 };
    await using sink = influxSink({ url: influx.url });
    await sink.start(run);
    await sink.write(window(0));
    await expect.poll(() => sink.unwritten).toBe(1 + pointsOfWindow);
    await expect.poll(() => sink.note).toMatch(/9 were refused.*beyond retention policy/);
  });
});
