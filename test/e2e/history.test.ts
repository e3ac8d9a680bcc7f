import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '@tokenstorm/core';
import { reportOf, tokenstorm } from '../support/command.ts';
import type { CommandEnd } from '../support/command.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

const key = 'sk-history-0123456789abcdef';

let simulator: SimulatorProcess;
let folder: TemporaryFolder;
/** Reports as the commands printed them, of the slower and of the quicker model. */
let slow: Report;
let quick: Report;

beforeAll(async () => {
  [simulator, folder] = await Promise.all([simulatorProcess(), temporaryFolder()]);
  // Two at once, in a history that neither has found.
  [slow, quick] = await Promise.all([measure('sim-ttft120-itl1-n3'), measure('sim-ttft20-itl1-n3')]);
}, 60_000);

afterAll(async () => {
  await simulator.close();
  await folder[Symbol.asyncDispose]();
});

const inHome = (words: readonly string[], environment = {}): Promise<CommandEnd> =>
  tokenstorm(words, {
    cwd: folder.path,
    environment: { TOKENSTORM_HOME: join(folder.path, 'home'), ...environment },
  });

async function measure(model: string, environment = {}): Promise<Report> {
  const words = [
    'run',
    '-u',
    simulator.url,
    '-m',
    model,
    '-n',
    '12',
    '-c',
    '4',
    '--json',
    '--allow-invalid',
    '--quiet',
  ];
  const end = await inHome([...words, '--api-key', '${HISTORY_KEY}', '--no-preflight'], {
    HISTORY_KEY: key,
    ...environment,
  });
  expect({ exitCode: end.exitCode, stderr: end.stderr }).toEqual({ exitCode: 0, stderr: '' });
  return reportOf(end);
}

describe('runs', { timeout: 60_000 }, () => {
  it('lists what was run, by all that may be asked for', async () => {
    await inHome(['runs', 'tag', slow.run.id, 'baseline']);
    const [all, tagged, other] = await Promise.all([
      inHome(['runs', '--json']),
      inHome(['runs', '--tag', 'baseline', '--since', '1h']),
      inHome(['runs', '--name', 'other']),
    ]);
    const listed = JSON.parse(all.stdout) as Record<string, unknown>[];
    const newestFirst = [slow, quick].toSorted((a, b) => (a.run.started_at < b.run.started_at ? 1 : -1));
    expect(listed).toMatchObject(
      newestFirst.map((report) => ({
        id: report.run.id,
        state: 'ended',
        mode: 'local',
        verdict: 'passed',
        validity: report.validity.level,
        requests: 12,
        error_ratio: 0,
        ttft_p95_ms: report.metrics.ttft?.p95,
        e2e_p95_ms: report.metrics.e2e?.p95,
        tags: report === slow ? ['baseline'] : [],
      })),
    );
    const { stdout } = tagged;
    expect(stdout).toMatch(/│ Run +│ Name +│ State +│ Validity +│ Tags +│ TTFT p95 +│/);
    expect(stdout.match(/^│ \d{8}-/gm)).toHaveLength(1);
    expect(stdout).toContain(slow.run.id);
    expect(other).toMatchObject({ exitCode: 0, stdout: 'No run is as asked for.\n' });
  });

  it('gives reports by tag, by the beginning of an id, and as the latest', async () => {
    // Snapshots of old runs go sooner than their reports.
    await rm(join(folder.path, 'home', 'runs'), { recursive: true });
    const latest = [slow, quick]
      .map(({ run }) => run.id)
      .toSorted()
      .at(-1);
    const [byTag, byStart, last] = await Promise.all(
      [
        ['report', '@baseline'],
        ['runs', 'show', slow.run.id.slice(0, -1)],
        ['report', 'latest'],
      ].map((words) => inHome([...words, '--json', '--allow-invalid'])),
    );
    expect(reportOf(byTag!)).toEqual(slow);
    expect(reportOf(byStart!)).toEqual(slow);
    expect(reportOf(last!).run.id).toBe(latest);
  });

  it('draws a figure over them', async () => {
    const words = ['runs', 'trend', '--metric', 'ttft.p50'];
    const [figures, drawn] = await Promise.all([inHome([...words, '--json']), inHome(words)]);
    const trend = JSON.parse(figures.stdout) as { runs: { id: string; value: number }[] };
    const expected = [slow, quick].toSorted((a, b) => (a.run.started_at < b.run.started_at ? -1 : 1));
    expect(trend.runs.map(({ id, value }) => [id, value])).toEqual(
      expected.map(({ run, metrics }) => [run.id, metrics.ttft?.p50]),
    );
    expect(drawn.stdout).toMatch(/^ttft\.p50 \(ms\) of \S+, 2 runs, the oldest first:\n/);
    expect(drawn.stdout.match(/^ {2}\d{8}-\S+ +[\d.]+ [█▏▎▍▌▋▊▉░]+/gm)).toHaveLength(2);
  });

  it('keeps no key, and lets nobody else read', async () => {
    const home = join(folder.path, 'home');
    for (const name of (await readdir(home)).filter((one) => one.startsWith('history')))
      expect([name, (await stat(join(home, name))).mode & 0o777]).toEqual([name, 0o600]);
    const shown = await inHome(['runs', 'show', slow.run.id, '--json', '--allow-invalid']);
    const raw = await readFile(join(home, 'history.sqlite'), 'latin1');
    expect(`${shown.stdout}${raw}`).not.toContain(key);
    expect(shown.stdout).toContain(slow.run.id);
  });

  it('deletes what is pruned, and keeps what is tagged', async () => {
    const dry = await inHome(['runs', 'prune', '--keep', '0', '--dry-run']);
    expect(dry.stdout).toMatch(new RegExp(`^Would delete 1 run:\n  ${quick.run.id}  \\S+\n$`));
    expect((await inHome(['runs', 'prune', '--keep', '0'])).stdout).toMatch(/^Deleted 1 run:\n/);
    const [gone, misspelt] = await Promise.all([
      inHome(['report', quick.run.id]),
      inHome(['report', 'basline']),
    ]);
    const said = expect.stringContaining(`${quick.run.id} is neither a file nor a run in`);
    expect([gone.exitCode, gone.stderr]).toEqual([2, said]);
    expect(misspelt.stderr).toContain(
      `did you mean the tag \`baseline\`? The latest runs in it: ${slow.run.id}.`,
    );
  });
});

it('a run goes on where the history is damaged, and runs says what to do', { timeout: 60_000 }, async () => {
  const home = join(folder.path, 'damaged');
  await mkdir(home);
  await writeFile(join(home, 'history.sqlite'), 'not a database '.repeat(500));
  const environment = { TOKENSTORM_HOME: home };
  const words = [
    'run',
    '-u',
    simulator.url,
    '-m',
    'sim-one',
    '-n',
    '2',
    '--json',
    '--quiet',
    '--allow-invalid',
  ];
  const [run, runs] = await Promise.all([inHome(words, environment), inHome(['runs'], environment)]);
  expect([run.exitCode, reportOf(run).accounting.completed]).toEqual([0, 2]);
  expect(run.stderr).toMatch(/^warning: this run is not in the history: .*damaged: \S+ \(move it .*\)\n$/);
  expect([runs.exitCode, runs.stdout]).toEqual([2, '']);
  expect(runs.stderr).toMatch(/^error: the history of runs is damaged: .*\n {2}hint: move it out of the way/);
});
