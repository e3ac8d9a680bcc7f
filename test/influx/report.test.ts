import { influxSink } from '@tokenstorm/aggregator';
import type { Report } from '@tokenstorm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedPort } from '../support/closed-port.ts';
import { reportOf, tokenstorm } from '../support/command.ts';
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
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

const kept = ['ttft', 'tpot', 'icl', 'e2e', 'e2e_corrected'] as const;
const exact = ['count', 'min', 'p1', 'p5', 'p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'max'] as const;

let influx: Service & { readonly url: string };
let simulator: SimulatorProcess;
let folder: TemporaryFolder;
let ids: readonly [string, string];
let fromLogs: Report;
beforeAll(async () => {
  [influx, folder] = [await startInflux(), await temporaryFolder()];
  simulator = await simulatorProcess([
    '--any-model',
    '--all-models',
    '{"ttft_ms":40,"itl_ms":4,"tokens":10}',
  ]);
  await simulator.setModels({ large: { ttftMs: 60, itlMs: 2, tokens: 20, faults: { server_error: 0.2 } } });
  await folder.write('two.yaml', scenario());
  const runs = await Promise.all([run('--random-seed', '1'), run('--random-seed', '2')]);
  ids = runs.map(({ run: { id } }) => id) as unknown as [string, string];
  fromLogs = reportOf(await command(['report', ...ids, '--json', '--allow-invalid']));
}, 120_000);
afterAll(async () => {
  await simulator.close();
  await influx[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Longer than one window of 5 s, with a warm-up that must stay out of the numbers. */
function scenario(): string {
  return JSON.stringify({
    name: 'two regions',
    regions: { 'eu-west': 60, 'us-east': 40 },
    providers: [
      {
        name: 'own',
        type: 'openai-compatible',
        base_url: simulator.url,
        models: ['small', 'large'],
        pricing: {
          small: { input: 0.15, output: 0.6, cached_input: 0.075 },
          large: { input: 3, output: 15 },
        },
      },
    ],
    budget: { usd: 5, requests: 100_000 },
    workload: {
      scenarios: [
        { name: 'chat', prompt: 'Hi', executor: 'constant-arrival-rate', rate: 12, duration: '7s' },
      ],
    },
    slo: { ttft: '100ms' },
    targets: { first_token: '50ms', total: '1s' },
    execution: { warmup_requests: 3, on_invalid: 'warn' },
    output: { export: [{ format: 'influxdb', url: '${INFLUX}' }] },
  });
}

const command = (words: readonly string[], environment: Record<string, string> = {}) =>
  tokenstorm(words, {
    cwd: folder.path,
    environment: { TOKENSTORM_HOME: `${folder.path}/home`, INFLUX: influx.url, ...environment },
  });
const run = async (...words: string[]) => reportOf(await command(['run', 'two.yaml', '--json', ...words]));
const stored = (...words: string[]) =>
  command(['report', '--from-influx', ...words], { TOKENSTORM_INFLUX_URL: influx.url });
const storedReport = async (...words: string[]) =>
  reportOf(await stored(...words, '--json', '--allow-invalid'));

/** The same but for the last bits of sums, whose order is another. */
function expectSame(metrics: Report['metrics'], others: Report['metrics']): void {
  expect(Object.keys(metrics).toSorted()).toEqual(kept.toSorted());
  for (const name of kept) {
    const [one, other] = [metrics[name]!, others[name]!];
    for (const figure of exact) expect([name, figure, one[figure]]).toEqual([name, figure, other[figure]]);
    expect(one.mean).toBeCloseTo(other.mean, 9);
    expect(one.std).toBeCloseTo(other.std, 6);
  }
}

describe('tokenstorm report --from-influx', { timeout: 120_000 }, () => {
  it('of two runs equals the merged report of their snapshot logs', async () => {
    const report = await storedReport('--run', ids[0], '--run', ids[1]);
    expectSame(report.metrics, fromLogs.metrics);
    for (const part of [
      'accounting',
      'errors',
      'retries',
      'tokens',
      'throughput',
      'histograms',
      'verdict',
      'cost',
      'scores',
      'budget',
    ] as const)
      expect(report[part]).toEqual(fromLogs[part]);
    expect(report.scores?.first_token?.target_s).toBe(0.05);
    expect(report.cost?.total_usd).toBeGreaterThan(0);
    expect(report.budget).toBeNull();
    expect(report.accounting.failed).toBeGreaterThan(0);
    expect(report.run).toMatchObject({
      seed: 1,
      workers: 2,
      regions: ['eu-west', 'us-east'],
      duration_s: fromLogs.run.duration_s,
    });
    expect(report.groups.map(({ labels }) => labels)).toHaveLength(4);
  });

  it.each(['eu-west', 'us-east'])(
    'of the region %s and one model equals that group of them',
    async (region) => {
      const report = await storedReport(...ids, '--region', region, '--model', 'small');
      const group = fromLogs.groups.find(
        ({ labels }) => labels.region === region && labels.model === 'small',
      )!;
      expectSame(report.metrics, group.metrics);
      expect(report.accounting).toEqual(group.accounting);
      expect(report.tokens).toEqual(group.tokens);
      expect(report.cost).toMatchObject(group.cost!);
      expect(report.run.regions).toEqual([region]);
    },
  );

  it('of all windows equals that of the whole run; parts of it add up', async () => {
    const whole = await storedReport(ids[0]);
    const windows = await storedReport(ids[0], '--from', '0s');
    expectSame(windows.metrics, whole.metrics);
    expect(windows.accounting).toEqual(whole.accounting);
    const parts = [await storedReport(ids[0], '--to', '5s'), await storedReport(ids[0], '--from', '5s')];
    for (const part of parts) expect(part.accounting.completed).toBeGreaterThan(10);
    expect(parts.reduce((sum, { accounting }) => sum + accounting.completed, 0)).toBe(
      whole.accounting.completed,
    );
    expect(parts.reduce((sum, { metrics }) => sum + metrics.icl!.count, 0)).toBe(whole.metrics.icl!.count);
  });

  it('of one run has its verdict, validity, notes and generator', async () => {
    const [own, report] = [reportOf(await command(['report', ids[0], '--json'])), await storedReport(ids[0])];
    for (const part of [
      'run',
      'verdict',
      'validity',
      'thresholds',
      'generator',
      'accounting',
      'cost',
      'budget',
    ] as const)
      expect(report[part]).toEqual(own[part]);
    expect(report.budget?.requests?.used).toBeGreaterThan(report.accounting.completed);
    expect(report.notes).toEqual(expect.arrayContaining([...own.notes]));
    expect(report.notes[0]).toContain('other metrics');
  });

  it('prints text, and writes files', async () => {
    const { stdout, exitCode } = await stored(ids[0], '-o', 'stored.json');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('TTFT (ms)');
    expect(stdout).toContain(`Run:      ${ids[0]}`);
    expect(reportOf({ exitCode, stdout: await folder.read('stored.json'), stderr: '' }).run.id).toBe(ids[0]);
  });

  it('lists the runs, newest first', async () => {
    const { stdout } = await stored();
    for (const id of ids) expect(stdout).toContain(id);
    const listed = JSON.parse((await stored('--json')).stdout) as {
      id: string;
      started_at: string;
      verdict: string;
    }[];
    expect(listed.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(listed[0]!.started_at >= listed[1]!.started_at).toBe(true);
    expect(listed[0]!.verdict).toBe('passed');
  });

  it.each([
    [
      ['nope', '--run', 'neither'],
      /not in InfluxDB \(http.*database tokenstorm\): nope, neither\n.*latest runs in it: 2/,
    ],
    [
      ['FIRST', '--region', 'mars', '--model', 'tiny'],
      /no region mars in these runs; there is eu-west, us-east\nno model tiny .* large, small/,
    ],
    [['FIRST', '--influx-database', 'other'], /database not found: other/],
  ])('refuses %j with what there is', async (words, message) => {
    const { exitCode, stderr } = await stored(...words.map((word) => (word === 'FIRST' ? ids[0] : word)));
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });

  it('of a run without an end is suspect', async () => {
    const begun = runOfTwelveGroups();
    await using sink = influxSink({ url: influx.url });
    await sink.start(begun);
    await sink.write(windowOf(0, [completed(twelveGroups()[0]!, { e2e: [5, 6] })]));
    const { runId } = begun.plan;
    await expect
      .poll(() => asked(influx.url, `SELECT "count" FROM tokenstorm_latency WHERE "run" = '${runId}'`))
      .toHaveLength(4);
    const report = await storedReport(runId);
    expect(report.accounting).toMatchObject({ scheduled: 2, completed: 2 });
    expect(report.validity).toMatchObject({ level: 'suspect', reasons: [{ code: 'incomplete' }] });
  });

  it('says where windows are missing', async () => {
    const whole = runOfTwelveGroups();
    await using sink = influxSink({ url: influx.url });
    await sink.start(whole);
    const series = [completed(twelveGroups()[0]!, { e2e: [5, 6, 7] })];
    await sink.write(windowOf(0, series));
    const totals = totalsOf([...series, ...series]);
    await sink.finish(plainReport(whole, totals), { totals, endMs: 9000 });
    const { runId } = whole.plan;
    const report = await storedReport(runId, '--from', '0s');
    expect(report.accounting.completed).toBe(3);
    expect(report.notes).toContainEqual(
      `InfluxDB lacks windows of ${runId}: 3 requests of 6 are in none of them.`,
    );
  });
});

describe('a run whose InfluxDB is away', { timeout: 60_000 }, () => {
  it('sends nothing and says so', async () => {
    const before = (await simulator.records()).length;
    const { exitCode, stderr, stdout } = await command(['run', 'two.yaml', '--json'], {
      INFLUX: `http://me:s3cret@127.0.0.1:${await closedPort()}`,
    });
    expect([exitCode, stdout]).toEqual([97, '']);
    expect(stderr).toMatch(/^error: InfluxDB at http:\/\/127\.0\.0\.1:\d+ cannot be used/m);
    expect(stderr).not.toContain('s3cret');
    expect((await simulator.records()).length).toBe(before);
  });
});
