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
  simulator = await simulatorProcess();
});

afterAll(() => simulator.close());

describe('scenarios/', { timeout: 60_000 }, () => {
  it.concurrent('quickstart.yaml --with-sim runs to its end and holds its thresholds', async () => {
    await using folder = await temporaryFolder();
    const words = ['run', scenario('quickstart'), '--with-sim', '-o', 'report.json'];
    const { exitCode, stdout } = await tokenstorm(words, { cwd: folder.path });
    const report = JSON.parse(await folder.read('report.json')) as Report;
    // A machine that is busy with other things may make the generator late: then it must say so.
    expect(exitCode).toBe(report.validity.level === 'invalid' ? 5 : 0);
    expect(report.verdict).toBe('passed');
    expect(stdout.match(/^ {2}✓ .*$/gm)).toHaveLength(4);
    const { scheduled, completed } = report.accounting;
    expect(completed).toBe(scheduled);
    expect(report.groups.map(({ labels }) => labels.scenario)).toEqual(['visitors', 'users']);
    // 20 a second for the 16 s after the warm-up, within five standard deviations.
    expect(Math.abs((report.groups[0]?.accounting.scheduled ?? 0) - 320)).toBeLessThan(5 * Math.sqrt(320));
  });

  it.concurrent.each([
    ['chat-steady', 'sim-w2', ['--warmup-duration', '1s']],
    ['chat-ramp', 'sim-w4', []],
  ])('%s.yaml begins', async (name, model, flags) => {
    await using folder = await temporaryFolder();
    const words = ['run', scenario(name), '-u', simulator.url, '--json', '--quiet', ...flags];
    const command = new CommandProcess(words, { cwd: folder.path });
    await untilReceived(simulator.url, [model], 20);
    command.signal('SIGINT');
    const end = await command.ended;
    expect(end.exitCode).toBe(130);
    const report = reportOf(end);
    expect(report.run.name).toBe(name);
    const { scheduled, completed, failed } = report.accounting;
    expect({ completed, failed }).toEqual({ completed: scheduled, failed: 0 });
    const left = /(\d+) requests? of the warm-up/.exec(report.notes.join())?.[1] ?? '0';
    expect(await settledTruth(simulator, model)).toHaveLength(scheduled + Number(left));
  });
});
