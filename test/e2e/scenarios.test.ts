import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '@tokenstorm/core';
import { CommandProcess, reportOf, tokenstorm } from '../support/command.ts';
import { settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { untilReceived } from '../support/truth.ts';

const scenario = (name: string) => fileURLToPath(new URL(`../../scenarios/${name}.yaml`, import.meta.url));

let simulator: SimulatorProcess;

beforeAll(async () => {
  // The vendors' models, too.
  simulator = await simulatorProcess(['--any-model']);
});

afterAll(() => simulator.close());

/** What each scenario's comment says, and a test has no time for. */
const shortly = ['--json', '--quiet', '--allow-invalid'];

describe('scenarios/', { timeout: 60_000 }, () => {
  it.concurrent('quickstart.yaml --with-sim runs to its end and holds its thresholds', async () => {
    await using folder = await temporaryFolder();
    const words = ['run', scenario('quickstart'), '--with-sim', '-o', 'report.json', '--duration', '5s'];
    const { exitCode, stdout } = await tokenstorm(words, { cwd: folder.path });
    const report = JSON.parse(await folder.read('report.json')) as Report;
    // A machine that is busy with other things may make the generator late: then it must say so.
    expect(exitCode).toBe(report.validity.level === 'invalid' ? 5 : 0);
    expect(report.verdict).toBe('passed');
    expect(stdout.match(/^ {2}✓ .*$/gm)).toHaveLength(4);
    const { scheduled, completed } = report.accounting;
    expect(completed).toBe(scheduled);
    expect(report.groups.map(({ labels }) => labels.scenario)).toEqual(['visitors', 'users']);
    // 20 a second for the 3 s after the warm-up, within five standard deviations.
    expect(Math.abs((report.groups[0]?.accounting.scheduled ?? 0) - 60)).toBeLessThan(5 * Math.sqrt(60));
  });

  it.concurrent('chat-steady.yaml ends in order when it is interrupted', async () => {
    await using folder = await temporaryFolder();
    const words = [
      'run',
      scenario('chat-steady'),
      '-u',
      simulator.url,
      '--warmup-duration',
      '1s',
      ...shortly,
    ];
    const command = new CommandProcess(words, { cwd: folder.path });
    await untilReceived(simulator.url, ['sim-w2'], 15);
    command.signal('SIGINT');
    const end = await command.ended;
    expect(end.exitCode).toBe(130);
    const report = reportOf(end);
    expect(report.run.name).toBe('chat-steady');
    const { scheduled, completed, failed } = report.accounting;
    expect({ completed, failed }).toEqual({ completed: scheduled, failed: 0 });
    const left = /(\d+) requests? of the warm-up/.exec(report.notes.join())?.[1] ?? '0';
    expect(await settledTruth(simulator, 'sim-w2')).toHaveLength(scheduled + Number(left));
  });

  it.concurrent.each([
    ['rag-long-prompt', 'sim-ttft400-jitter20-itl10-n120', ['--warmup-duration', '100ms']],
    ['soak', 'sim-w3-jitter30', []],
    ['spike', 'sim-w4', []],
  ])('%s.yaml runs as long as --duration says', async (name, model, flags) => {
    await using folder = await temporaryFolder();
    const words = ['run', scenario(name), '-u', simulator.url, '--duration', '2s', ...flags, ...shortly];
    const report = reportOf(await tokenstorm(words, { cwd: folder.path }));
    expect([report.run.name, report.run.stop_reason]).toEqual([name, null]);
    for (const { duration_s: seconds } of report.run.workloads) expect(seconds).toBe(2);
    const { scheduled, completed } = report.accounting;
    expect(scheduled).toBeGreaterThan(0);
    expect(completed).toBe(scheduled);
    const left = /(\d+) requests? of the warm-up/.exec(report.notes.join())?.[1] ?? '0';
    const received = await settledTruth(simulator, model);
    expect(received.length).toBeGreaterThanOrEqual(scheduled + Number(left));
    if (name === 'rag-long-prompt')
      for (const { asked_tokens: tokens } of received) expect(tokens).toBeGreaterThan(1000);
  });

  it.concurrent('chat-ramp.yaml keeps its form in a shorter time', async () => {
    await using folder = await temporaryFolder();
    const run = [
      'run',
      scenario('chat-ramp'),
      '-u',
      simulator.url,
      '-m',
      'sim-w4-n20',
      '-d',
      '3s',
      ...shortly,
    ];
    const report = reportOf(await tokenstorm(run, { cwd: folder.path }));
    // 2 to 42 a second in 2 s, 42 for 0.5 s, and down to 2 in 0.5 s: 44 + 21 + 11, within five standard deviations.
    expect(Math.abs(report.accounting.scheduled - 76)).toBeLessThan(5 * Math.sqrt(76));
    expect(report.run.name).toBe('chat-ramp');
    expect(report.run.workloads).toMatchObject([{ executor: 'ramping-arrival-rate', duration_s: 3 }]);
  });

  it.concurrent('ci-gate.yaml has a server that is fast enough pass, and tells a CI system of it', async () => {
    await using folder = await temporaryFolder();
    const words = ['run', scenario('ci-gate'), '-u', simulator.url, '-d', '2s', '--warmup-duration', '0.5s'];
    const passed = await tokenstorm([...words, ...shortly], { cwd: folder.path });
    expect([passed.exitCode, reportOf(passed).thresholds.length]).toEqual([0, 4]);
    const junit = await folder.read('results/ci-gate.xml');
    expect(junit.match(/<testcase /g)?.length).toBeGreaterThanOrEqual(4);
    expect(junit).not.toContain('<failure');
    expect(JSON.parse(await folder.read('results/ci-gate.json'))).toEqual(reportOf(passed));
  });

  it.concurrent('compare-providers.yaml asks each vendor in its own way', async () => {
    await using folder = await temporaryFolder();
    const own = `  - name: glm\n    base_url: ${simulator.url}/v1\n`;
    const text = (await readFile(scenario('compare-providers'), 'utf8')).replace(/ {2}- name: glm.*\n/, own);
    await mkdir(join(folder.path, 'prompts'));
    await folder.write(
      'prompts/questions.jsonl',
      await readFile(join(dirname(scenario('x')), 'prompts/questions.jsonl'), 'utf8'),
    );
    const words = ['run', await folder.write('compare.yaml', text), '-d', '3s', '--seed', '1', ...shortly];
    const environment = {
      OPENAI_BASE_URL: `${simulator.url}/v1`,
      OPENAI_API_KEY: 'sk-compare-openai',
      ANTHROPIC_BASE_URL: simulator.url,
      ANTHROPIC_API_KEY: 'sk-compare-anthropic',
    };
    const end = await tokenstorm(words, { cwd: folder.path, environment });
    const report = reportOf(end);
    expect(end.stdout + end.stderr).not.toContain('sk-compare');
    expect([end.exitCode, report.accounting.failed]).toEqual([0, 0]);
    const expected = [
      ['openai', 'gpt-4o-mini', 'chat'],
      ['anthropic', 'claude-3-5-haiku-20241022', 'messages'],
      ['glm', 'glm-4.5-air', 'chat'],
    ];
    const targets = report.groups.map(({ labels }) => `${labels.provider}/${labels.model}`);
    expect(targets.toSorted()).toEqual(
      expected.map(([provider, model]) => `${provider}/${model}`).toSorted(),
    );
    for (const [, model = '', endpoint] of expected) {
      const received = (await settledTruth(simulator, model)).filter(
        (record) => record.endpoint === endpoint,
      );
      const group = report.groups.find(({ labels }) => labels.model === model);
      expect(received.length).toBeGreaterThanOrEqual(group?.accounting.completed ?? Infinity);
      expect(group?.cost).not.toBeNull();
    }
  });
});
