import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkout, readAction, runAction, runScript } from '../support/action-steps.ts';
import { nodeWords } from '../support/command.ts';
import { blocksOf } from '../support/docs/blocks.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

const key = 'sk-test-7d0a41c9be52';
const blocks = blocksOf('docs/ci.md');

let simulator: SimulatorProcess;
let folder: TemporaryFolder;
let environment: Readonly<Record<string, string>>;

/** The blocks of the document that are YAML with this key at the top. */
function yamlWith(topKey: string): readonly Record<string, unknown>[] {
  return blocks
    .filter(({ language }) => language === 'yaml')
    .map(({ text }) => ({ text, value: parse(text) as Record<string, unknown> }))
    .filter(({ value }) => value[topKey] !== undefined)
    .map(({ value }) => value);
}

interface Job {
  readonly steps: readonly {
    readonly run?: string;
    readonly uses?: string;
    readonly with?: Readonly<Record<string, string>>;
  }[];
}

/** The scenario of the document, with so few requests that a test can wait for it. */
function scenarioText(): string {
  const text =
    blocks.find((block) => block.text.includes('regression: # what may not get worse'))?.text ?? '';
  return text
    .replace('requests: 2000', 'requests: 60')
    .replace('warmup_requests: 20', 'warmup_requests: 2, on_invalid: warn')
    .replace('p(95) < 2s', 'p(95) < 20s');
}

/** The jobs of the GitHub workflows. */
function githubJobs(): readonly Job[] {
  const workflows = yamlWith('jobs') as unknown as { jobs: { latency: Job } }[];
  return workflows.map(({ jobs }) => jobs.latency);
}

/** A folder with what the first run left there. */
async function copyOf(name: string): Promise<string> {
  const copy = join(folder.path, name);
  await cp(join(folder.path, 'first'), copy, { recursive: true });
  return copy;
}

async function ttftMs(ms: number): Promise<void> {
  await simulator.setModels({
    'my-model': { ttftMs: { lognormal: { medianMs: ms, sigma: 0.2 } }, itlMs: 0, tokens: 2 },
  });
}

/** What `npx --yes tokenstorm@VERSION` fetches, from this checkout. */
async function npxOfCheckout(): Promise<string> {
  const path = await folder.write(
    'npx',
    `#!/usr/bin/env bash\n[ "$1 $2" = "--yes tokenstorm@0.1.0" ] || exit 64\nshift 2\nexec "${process.execPath}" ${nodeWords().join(' ')} "$@"\n`,
  );
  await chmod(path, 0o755);
  return [folder.path, process.env['PATH'] ?? ''].join(delimiter);
}

/** The commands of the GitLab job, as its runner's shell gets them. */
function gitlabScript(): string {
  const [pipeline] = yamlWith('latency') as unknown as { latency: { script: string[] } }[];
  return pipeline!.latency.script.join('\n');
}

beforeAll(async () => {
  simulator = await simulatorProcess();
  folder = await temporaryFolder();
  environment = { BASE_URL: `${simulator.url}/v1`, API_KEY: key, PATH: await npxOfCheckout() };
  await ttftMs(100);
  await mkdir(join(folder.path, 'first/latency'), { recursive: true });
  await writeFile(join(folder.path, 'first/latency/scenario.yaml'), scenarioText());
}, 30_000);

afterAll(async () => {
  await simulator.close();
  await folder[Symbol.asyncDispose]();
});

describe('the pipelines of docs/ci.md', { timeout: 60_000 }, () => {
  it('take a baseline in GitLab, and fail against it in all others where the server got slower', async () => {
    const first = join(folder.path, 'first');
    const main = { ...environment, CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main' };
    const begun = await runScript('bash', ['-eo', 'pipefail'], gitlabScript(), first, main);
    expect(begun).toMatchObject({ exitCode: 0 });
    for (const name of ['baseline.json', 'report.json', 'junit.xml', 'report.md'])
      expect(existsSync(join(first, 'latency', name))).toBe(true);
    await ttftMs(300);
    const jenkins = /sh '''\n([\s\S]*?)'''/.exec(
      blocks.find(({ language }) => language === 'groovy')?.text ?? '',
    )?.[1];
    const jobs = githubJobs();
    const plain = jobs.flatMap(({ steps }) => steps).find(({ run }) => run?.includes('npx'))?.run;
    const ours = jobs.flatMap(({ steps }) => steps).find(({ uses }) => uses === 'OWNER/tokenstorm@v1')?.with;
    const [jenkinsEnd, plainEnd, action] = await Promise.all([
      runScript('sh', ['-xe'], jenkins ?? '', await copyOf('jenkins'), environment),
      runScript('bash', ['-e'], plain ?? '', await copyOf('plain'), environment),
      runAction({ ...ours, version: 'source' }, await copyOf('action'), environment),
    ]);
    for (const { exitCode, output } of [jenkinsEnd, plainEnd]) {
      expect(exitCode).toBe(99);
      expect(output).toMatch(/✗ ttft\.p50: 10% /);
      expect(output).not.toContain(key);
    }
    // The baseline stays what it was.
    const [before, after] = await Promise.all(
      ['first', 'jenkins'].map((name) => readFile(join(folder.path, name, 'latency/baseline.json'), 'utf8')),
    );
    expect(after).toBe(before);
    expect(action).toMatchObject({
      exitCode: 99,
      outputs: { 'exit-code': '99', verdict: 'failed', report: 'latency/report.json' },
    });
    expect(action.summary).toContain('ttft');
    expect(action.summary + action.output).not.toContain(key);
    expect(existsSync(join(folder.path, 'action/latency/junit.xml'))).toBe(true);
  });

  it('name inputs and outputs that the action has', async () => {
    const { inputs } = await readAction();
    const jobs = githubJobs();
    const used = jobs.flatMap(({ steps }) =>
      steps.flatMap(({ uses, with: given = {} }) => (uses?.startsWith('OWNER/') ? Object.keys(given) : [])),
    );
    expect(used.length).toBeGreaterThan(2);
    for (const name of used) expect(inputs).toHaveProperty(name);
    const text = await readFile(join(checkout, 'docs/ci.md'), 'utf8');
    for (const name of Object.keys(inputs)) expect(text).toContain(`\`${name}\``);
  });
});

describe('action.yml', { timeout: 60_000 }, () => {
  it('puts no input into a script', async () => {
    const { runs } = await readAction();
    for (const { run = '' } of runs.steps) expect(run).not.toContain('${{');
  });

  it('runs nothing that stands in its inputs, warns of a missing baseline, and can leave the judgement to others', async () => {
    const place = await copyOf('hostile');
    const hostile = '$(touch hacked) `touch hacked` "; touch hacked; \' && touch hacked';
    const end = await runAction(
      {
        scenario: 'latency/scenario.yaml',
        baseline: `latency/none.json ${hostile}`,
        limits: `ttft.p50=10% ${hostile}`,
        args: `--prompt=${hostile}\n--threshold=ttft: p(50) < 1ms\n-n=4\n`,
        'fail-on': 'never',
        version: 'source',
      },
      place,
      environment,
    );
    expect(end.exitCode).toBe(0);
    expect(end.outputs).toMatchObject({ 'exit-code': '99', verdict: 'failed' });
    expect(end.output).toContain('::warning::The baseline is not there');
    expect(existsSync(join(place, 'hacked'))).toBe(false);
  });

  it('refuses what it cannot take', async () => {
    const place = await copyOf('refused');
    const scenario = 'latency/scenario.yaml';
    const [version, failOn, baseline] = await Promise.all(
      [
        { scenario, version: '../evil' },
        { scenario, version: 'source', 'fail-on': 'nothing' },
        { scenario, version: 'source', baseline: 'gone.json', 'require-baseline': 'true' },
      ].map(async (inputs, index) => {
        const own = join(place, String(index));
        await cp(join(folder.path, 'first'), own, { recursive: true });
        return await runAction(inputs, own, environment);
      }),
    );
    expect(version).toMatchObject({ exitCode: 2, output: expect.stringContaining('::error::version: ') });
    expect(failOn).toMatchObject({ exitCode: 2, output: expect.stringContaining('::error::fail-on: ') });
    expect(baseline).toMatchObject({ exitCode: 2, output: expect.stringContaining('::error::The baseline') });
  });
});
