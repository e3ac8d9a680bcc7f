import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandProcess, reportOf, tokenstorm } from '../support/command.ts';
import { settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { untilReceived } from '../support/truth.ts';

let simulator: SimulatorProcess;

beforeAll(async () => {
  const seconds = JSON.stringify({ ttft_ms: 300, itl_ms: 20, tokens: 20 });
  simulator = await simulatorProcess(['--any-model', '--all-models', seconds]);
  const endless = { ttftMs: 100, itlMs: 1000, tokens: 100 };
  await simulator.setModels({
    endless,
    'endless-users': endless,
    'silent-warm-up': { fault: 'stall_before' },
  });
});

afterAll(() => simulator.close());

const startRun = (model: string, words: string) =>
  new CommandProcess([
    'run',
    '-u',
    simulator.url,
    '-m',
    model,
    '--json',
    '--allow-invalid',
    ...words.split(' '),
  ]);

/** Resolves when the command has said that it stops. */
async function untilStopping(command: CommandProcess): Promise<void> {
  while (!command.stderr.includes('Stopping')) await sleep(10);
}

describe('Ctrl-C once', { timeout: 60_000 }, () => {
  it.concurrent.each([
    ['an open loop', 'SIGINT', '--rate 20 -d 60s'],
    ['a closed loop', 'SIGINT', '-c 5 -d 60s'],
    ['a number of requests', 'SIGTERM', '-c 5 -n 1000'],
  ] as const)('lets what is under way in %s finish, and reports', async (title, signal, words) => {
    const model = title.replaceAll(' ', '-');
    const command = startRun(model, words);
    await untilReceived(simulator.url, [model], 12);
    command.signal(signal);
    const end = await command.ended;
    expect(end.exitCode).toBe(130);
    expect(end.stderr).toContain('Stopping: requests under way may finish. Ctrl-C again stops now.\n');
    const report = reportOf(end);
    expect(report).toMatchObject({ verdict: 'interrupted', run: { stop_reason: 'interrupted' } });
    const { scheduled, ...outcomes } = report.accounting;
    expect(scheduled).toBeGreaterThanOrEqual(12);
    expect(outcomes).toEqual({ completed: scheduled, failed: 0, dropped: 0, lost: 0, cancelled: 0 });
    const truth = await settledTruth(simulator, model);
    expect(truth.map((record) => record.outcome)).toEqual(Array(scheduled).fill('completed'));
  });

  it.concurrent('during the warm-up ends the run before its start', async () => {
    const command = startRun('warming', '-n 10 --warmup-request-count 50');
    await untilReceived(simulator.url, ['warming'], 1);
    command.signal('SIGINT');
    const end = await command.ended;
    expect(end.exitCode).toBe(130);
    expect(reportOf(end)).toMatchObject({ verdict: 'interrupted', accounting: { scheduled: 0 } });
    expect((await settledTruth(simulator, 'warming')).length).toBeLessThan(10);
  });
});

describe('Ctrl-C twice', { timeout: 60_000 }, () => {
  it.concurrent.each([
    ['endless', '--rate 20 -d 60s'],
    ['endless-users', '-c 10 -d 60s'],
  ])('cancels what is under way, and reports all the same: %s', async (model, words) => {
    const command = startRun(model, words);
    await untilReceived(simulator.url, [model], 10);
    command.signal('SIGINT');
    await untilStopping(command);
    command.signal('SIGINT');
    const end = await command.ended;
    expect(end.exitCode).toBe(130);
    const { accounting, verdict } = reportOf(end);
    expect(verdict).toBe('interrupted');
    expect(accounting).toMatchObject({ completed: 0, failed: 0, cancelled: accounting.scheduled });
    expect(accounting.scheduled).toBeGreaterThanOrEqual(10);
    const truth = await settledTruth(simulator, model);
    expect(truth.map((record) => record.outcome)).toEqual(Array(accounting.scheduled).fill('aborted'));
  });

  it.concurrent('ends a warm-up that a server does not answer', async () => {
    const command = startRun('silent-warm-up', '-n 10 --warmup-request-count 3');
    await untilReceived(simulator.url, ['silent-warm-up'], 1);
    command.signal('SIGINT');
    await untilStopping(command);
    command.signal('SIGINT');
    const end = await command.ended;
    expect(end.exitCode).toBe(130);
    expect(reportOf(end).accounting.scheduled).toBe(0);
  });
});

describe('a server that is not there', { timeout: 60_000 }, () => {
  it.concurrent('from the middle of the run on, makes failures, and the run goes on to its end', async () => {
    await using mortal = await simulatorProcess(['--all-models', '{"ttft_ms":100,"itl_ms":10,"tokens":10}']);
    const words = ['run', '-u', mortal.url, '-m', 'sim-fast', '--rate', '20', '-d', '3s', '--json'];
    const command = new CommandProcess([...words, '--allow-invalid', '--quiet']);
    await untilReceived(mortal.url, ['sim-fast'], 20);
    process.kill(mortal.pid, 'SIGKILL');
    const end = await command.ended;
    const report = reportOf(end);
    const { completed, failed } = report.accounting;
    expect(report.accounting).toMatchObject({ scheduled: 60, dropped: 0, lost: 0, cancelled: 0 });
    expect(completed + failed).toBe(60);
    expect(failed).toBeGreaterThan(0);
    const kinds = Object.keys(report.errors);
    expect(kinds.filter((kind) => !['connect', 'reset'].includes(kind))).toEqual([]);
    expect(kinds).toContain('connect');
    expect(Object.values(report.errors).reduce((sum, count) => sum + count, 0)).toBe(failed);
    expect(Object.keys(report.error_examples).toSorted()).toEqual(kinds.toSorted());
    expect(report).toMatchObject({ verdict: 'passed', run: { stop_reason: null } });
    expect(end.exitCode).toBe(0);
  });

  /** A port that was free a moment ago. */
  async function closedPort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  }

  it.concurrent.each([
    ['on this port', 'http://127.0.0.1:PORT', /ECONNREFUSED 127\.0\.0\.1:\d+/],
    ['under this name', 'http://no-such-host.invalid', /no-such-host\.invalid/],
  ])(
    '%s is a report of failures to connect where nobody looks before the start',
    async (_, address, message) => {
      const url = address.replace('PORT', String(await closedPort()));
      const { exitCode, stdout, stderr } = await tokenstorm([
        'run',
        '-u',
        url,
        '-m',
        'm',
        '-n',
        '4',
        '-c',
        '2',
        '--no-preflight',
        '--quiet',
      ]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toContain('Success rate: 0% (0/4)');
      expect(stdout).toMatch(/^ {2}connect {2}4 {2}/m);
      expect(stdout).toMatch(message);
      expect(stdout).toMatch(/Validity: (?:SUSPECT|INVALID)/);
    },
  );

  it.concurrent('but something else that speaks no HTTP, is a report of protocol errors', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.6\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const end = await tokenstorm(['run', '-u', url, '-m', 'm', '-n', '4', '--json', '--no-preflight']);
    server.close();
    expect(reportOf(end)).toMatchObject({ accounting: { failed: 4 }, errors: { protocol: 4 } });
  });

  it.concurrent('or never answers, is given up after the timeout', async () => {
    const flags = [
      '-m',
      'silent-warm-up',
      '-n',
      '3',
      '-c',
      '3',
      '--request-timeout-seconds',
      '0.5',
      '--json',
    ];
    const end = await tokenstorm(['run', '-u', simulator.url, ...flags]);
    expect(reportOf(end)).toMatchObject({ accounting: { failed: 3 }, errors: { request_timeout: 3 } });
  });
});
