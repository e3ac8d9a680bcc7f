import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { checkAccounting } from '@tokenstorm/core';
import type { Dataset } from '@tokenstorm/core';
import type { RunStatus } from '@tokenstorm/aggregator';
import { describe, expect, it } from 'vitest';
import { EmbeddedRun } from './embedded-run.ts';
import { planRun } from './plan.ts';
import { reportOf } from './report-of.ts';
import { scenarioOf, workloadsOf } from './scenario.fixture.ts';

const body = 'data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const answered = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

/** A server that knows nothing but that each request ends with its JSON body, and answers with what it is given. */
async function serverOf(answer: (socket: Socket, nth: number) => void) {
  const sockets = new Set<Socket>();
  const state = { requests: 0 };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => answer(socket, (state.requests += 1)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    state,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function runOf(
  document: Parameters<typeof scenarioOf>[0],
  {
    baseUrl = 'http://127.0.0.1:1/v1',
    shards = 1,
    datasets = [],
  }: { baseUrl?: string; shards?: number; datasets?: Dataset[] } = {},
) {
  const plan = planRun(scenarioOf(document, baseUrl), shards);
  const statuses: RunStatus[] = [];
  const run = new EmbeddedRun({
    plan,
    datasets,
    environment: {},
    onStatus: (status) => statuses.push(status),
  });
  return { run, plan, statuses };
}

const fewRequests = workloadsOf({ requests: 9, concurrency: 2 });
const endless = workloadsOf({ executor: 'constant-vus', vus: 3, duration: '1h', graceful_stop: '1h' });

describe('an embedded run', () => {
  it('comes to its end, with the equation, over several shards', async () => {
    await using server = await serverOf((socket) => void socket.write(answered));
    const { run, plan, statuses } = runOf(fewRequests, { baseUrl: server.baseUrl, shards: 3 });
    const ended = await run.run();
    expect(ended).toMatchObject({ stopReason: undefined, failure: undefined, stoppedAtMs: undefined });
    const report = reportOf(plan, ended, []);
    expect(report.accounting).toMatchObject({ scheduled: 9, completed: 9 });
    expect([report.verdict, report.run.stop_reason, report.run.workers]).toEqual(['passed', null, 1]);
    expect(statuses.at(-1)?.totals.figures().accounting.completed).toBe(9);
  });

  it.each(['drain', 'now'] as const)(
    'that is stopped (%s) before it started sends nothing and reports',
    async (mode) => {
      await using server = await serverOf((socket) => void socket.write(answered));
      const { run, plan } = runOf(fewRequests, { baseUrl: server.baseUrl, shards: 2 });
      const running = run.run();
      await run.stop(mode);
      const report = reportOf(plan, await running, []);
      expect(server.state.requests).toBe(0);
      expect(report.accounting.scheduled).toBe(0);
      expect([report.verdict, report.throughput.requests_per_second]).toEqual(['interrupted', null]);
    },
  );

  it('that is stopped now while it warms up cancels what is under way and reports', async () => {
    const asked = Promise.withResolvers<void>();
    await using server = await serverOf(() => asked.resolve());
    const warmup = { execution: { warmup_requests: 4 } };
    const { run, plan } = runOf({ ...fewRequests, ...warmup }, { baseUrl: server.baseUrl });
    const running = run.run();
    await asked.promise;
    await run.stop('now');
    const report = reportOf(plan, await running, []);
    expect(server.state.requests).toBe(1);
    expect([report.accounting.scheduled, report.verdict]).toEqual([0, 'interrupted']);
  });

  it('that is stopped in the middle counts its throughput up to the stop only', async () => {
    const asked = Promise.withResolvers<void>();
    let socketOfLast: Socket | undefined;
    await using server = await serverOf((socket, nth) => {
      if (nth <= 3) socket.write(answered);
      else if (nth === 6) asked.resolve();
      socketOfLast = socket;
    });
    const { run, plan } = runOf(endless, { baseUrl: server.baseUrl });
    const running = run.run();
    await asked.promise;
    await run.stop('drain');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await run.stop('now');
    const ended = await running;
    const report = reportOf(plan, ended, []);
    expect(socketOfLast).toBeDefined();
    expect(report.accounting).toMatchObject({ scheduled: 6, completed: 3, cancelled: 3 });
    const { stoppedAtMs = NaN } = ended;
    // The drain lasted 300 ms; what was measured ended before it.
    expect(report.run.duration_s * 1000 - stoppedAtMs).toBeGreaterThan(200);
    expect(report.throughput.requests_per_second).toBeCloseTo(3000 / stoppedAtMs, 6);
  });
});

describe('an embedded run with a fault', () => {
  it('of one shard before the start ends with the reason, though the others wait for the start', async () => {
    const scenario = scenarioOf(fewRequests);
    const [workload] = scenario.workloads;
    const lacking = { ...workload!, prompts: { kind: 'dataset', dataset: 'missing' } } as const;
    const plan = planRun({ ...scenario, workloads: [lacking] }, 3);
    const run = new EmbeddedRun({ plan, datasets: [], environment: {}, onStatus: () => {} });
    await expect(run.run()).rejects.toThrow(/failed before .*start.*no data set/s);
  });

  it('that nobody caught ends early, accounts for every request and says so', async () => {
    const asked = Promise.withResolvers<void>();
    await using server = await serverOf((socket, nth) => {
      if (nth <= 5) socket.write(answered);
      else if (nth === 8) asked.resolve();
    });
    const { run, plan } = runOf(endless, { baseUrl: server.baseUrl, shards: 2 });
    const running = run.run();
    await asked.promise;
    run.fail('Error: something broke\n    at somewhere');
    run.fail('and broke again');
    const ended = await running;
    expect(ended).toMatchObject({
      failure: 'Error: something broke\n    at somewhere',
      stopReason: 'infrastructure',
    });
    const report = reportOf(plan, ended, []);
    checkAccounting(report.accounting);
    expect(report.accounting).toMatchObject({ completed: 5, lost: 0 });
    expect(report.verdict).toBe('aborted');
    expect(report.notes[0]).toContain('Error: something broke.');
  });
});
