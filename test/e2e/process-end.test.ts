import { setTimeout as sleep } from 'node:timers/promises';
import { checkAccounting } from '@tokenstorm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childrenOf, untilGone } from '../support/child-processes.ts';
import { CommandProcess, reportOf } from '../support/command.ts';
import { settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';
import { untilReceived } from '../support/truth.ts';

let simulator: SimulatorProcess;
let folder: TemporaryFolder;

const rate = { executor: 'constant-arrival-rate', rate: 40, duration: '60s' };
const modelNames = [
  'killed-child',
  'killed-parent',
  'interrupted',
  'service-stopped',
  'stopped-now',
  'paused',
  'early',
];

beforeAll(async () => {
  simulator = await simulatorProcess();
  const behaviour = { ttftMs: 300, itlMs: 20, tokens: 20 };
  await simulator.setModels(Object.fromEntries(modelNames.map((name) => [name, behaviour])));
  folder = await temporaryFolder();
  const rows = Array.from({ length: 3000 }, (_, row) => JSON.stringify({ prompt: `Question ${row}` }));
  await folder.write('prompts.jsonl', rows.join('\n'));
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  await simulator.close();
});

/** A run of a minute in three processes. */
async function begin(model: string): Promise<CommandProcess> {
  const path = await folder.write(`${model}.yaml`, {
    providers: [{ name: 'own', type: 'openai-compatible', base_url: simulator.url, models: [model] }],
    workload: { scenarios: [{ name: 'visitors', prompts: { path: 'prompts.jsonl' }, ...rate }] },
  });
  const words = ['run', path, '--json', '--allow-invalid', '--processes', '3'];
  return new CommandProcess(words, { ownGroup: true });
}

/** The same when it has sent for more than a second. */
async function underWay(model: string) {
  const command = await begin(model);
  await untilReceived(simulator.url, [model], 2 * rate.rate);
  const workers = childrenOf(command.pid, 'worker-process-main');
  expect(workers).toHaveLength(3);
  return { command, workers };
}

describe('kill -9', { timeout: 60_000 }, () => {
  it.concurrent('of a worker process ends the run with what was measured, and says which', async () => {
    const { command, workers } = await underWay('killed-child');
    process.kill(workers[1] ?? 0, 'SIGKILL');
    const end = await command.ended;
    expect(end.exitCode).toBe(97);
    const how = `worker process ${workers[1]} was killed (SIGKILL)`;
    expect(end.stderr).toContain(`error: ${how}`);
    const report = reportOf(end);
    expect(report).toMatchObject({ verdict: 'aborted', run: { stop_reason: 'infrastructure', workers: 3 } });
    expect(report.notes.join('\n')).toContain(how);
    checkAccounting(report.accounting);
    // What the two others had under way was cancelled; what the third had told to be under way is lost.
    expect(report.accounting.lost).toBeGreaterThan(0);
    expect(report.accounting.lost).toBeLessThan(rate.rate);
    expect(report.accounting.completed).toBeGreaterThan(rate.rate / 2);
    await untilGone(workers);
    // Nobody took its shard over and sent it anew.
    const hashes = (await settledTruth(simulator, 'killed-child')).map((record) => record.body_hash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it.concurrent('of the run ends its worker processes too, and with them the load', async () => {
    const { command, workers } = await underWay('killed-parent');
    command.signal('SIGKILL');
    await command.ended;
    await untilGone(workers);
    const received = (await settledTruth(simulator, 'killed-parent')).length;
    await sleep(500);
    expect((await settledTruth(simulator, 'killed-parent')).length).toBe(received);
  });
});

describe('a stop reaches every worker process through the run', { timeout: 60_000 }, () => {
  it.concurrent.each([
    ['interrupted', 'SIGINT'],
    ['service-stopped', 'SIGTERM'],
  ] as const)('and lets what is under way finish, whoever else was signalled: %s', async (model, signal) => {
    const { command, workers } = await underWay(model);
    // As a terminal does, and as a service manager does, which knows all processes.
    process.kill(-command.pid, signal);
    for (const pid of workers) process.kill(pid, signal);
    const end = await command.ended;
    expect(end.exitCode).toBe(130);
    const { accounting, verdict, run } = reportOf(end);
    expect([verdict, run.workers]).toEqual(['interrupted', 3]);
    const { scheduled } = accounting;
    expect(accounting).toMatchObject({ completed: scheduled, failed: 0, dropped: 0, lost: 0, cancelled: 0 });
    const truth = await settledTruth(simulator, model);
    expect(truth.map((record) => record.outcome)).toEqual(Array(scheduled).fill('completed'));
    await untilGone(workers);
  });

  it.concurrent('twice cancels what is under way', async () => {
    const { command, workers } = await underWay('stopped-now');
    command.signal('SIGINT');
    while (!command.stderr.includes('Stopping')) await sleep(10);
    command.signal('SIGINT');
    const end = await command.ended;
    expect(end.exitCode).toBe(130);
    const { accounting } = reportOf(end);
    expect(accounting.cancelled).toBeGreaterThan(0);
    expect(accounting).toMatchObject({ failed: 0, lost: 0 });
    // Those that were still connecting were never received.
    const { length: received } = await settledTruth(simulator, 'stopped-now');
    expect(received).toBeLessThanOrEqual(accounting.scheduled);
    expect(received).toBeGreaterThanOrEqual(accounting.completed);
    await untilGone(workers);
  });

  it.concurrent('that comes before they run is no fault of theirs', async () => {
    const command = await begin('early');
    while (childrenOf(command.pid, 'worker-process-main').length < 3) await sleep(2);
    process.kill(-command.pid, 'SIGINT');
    const end = await command.ended;
    expect(end).toMatchObject({ exitCode: 130, stderr: expect.not.stringContaining('killed') });
  });
});

describe('Ctrl-Z', { timeout: 60_000 }, () => {
  it.concurrent('pauses the load, and `fg` lets it go on', async () => {
    const { command, workers } = await underWay('paused');
    // The kernel ignores SIGTSTP in a process group that no shell looks after.
    process.kill(-command.pid, 'SIGSTOP');
    await sleep(500);
    const { length } = await settledTruth(simulator, 'paused');
    await sleep(1000);
    expect(await settledTruth(simulator, 'paused')).toHaveLength(length);
    process.kill(-command.pid, 'SIGCONT');
    await untilReceived(simulator.url, ['paused'], length + rate.rate);
    command.signal('SIGINT');
    expect((await command.ended).exitCode).toBe(130);
    await untilGone(workers);
  });
});
