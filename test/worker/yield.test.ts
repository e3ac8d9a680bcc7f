import { memoryTransport } from '@tokenstorm/transport';
import { Worker } from '@tokenstorm/worker';
import { expect, it } from 'vitest';
import { ChatServer, LedRun, planOf, steady, until } from './runs.ts';

const users = {
  executor: 'constant-vus',
  vus: 40,
  durationMs: 60_000,
  thinkTimeMs: { kind: 'fixed', value: 0 },
} as const;

it('a worker that ends hands its shards and their part of the caps over, and sees its requests through', async () => {
  await using server = await ChatServer.start();
  server.holds = true;
  await using transport = memoryTransport();
  const workers = ['leaving', 'staying'].map(
    (workerId) => new Worker({ transport, workerId, environment: {}, tailGraceMs: 30_000 }),
  );
  const [leaving, staying] = workers as [Worker, Worker];
  for (const worker of workers) await worker.start();
  const plan = planOf({
    runId: 'run',
    url: server.url,
    load: users,
    shards: 4,
    execution: { maxConcurrency: 8 },
  });
  const run = new LedRun(transport, plan);
  await run.coordinator.handOut([]);
  await run.coordinator.start();
  // 8 at once over both: 4 each.
  await until(() => server.received === 8);
  expect([leaving.status.shards, staying.status.shards]).toEqual([2, 2]);
  const left = leaving[Symbol.asyncDispose]();
  await until(() => staying.status.shards === 4);
  // The staying one has all of the cap now, its own 4 among it; the 4 of the other go on beside.
  await until(() => server.received === 12);
  expect(leaving.status).toMatchObject({ shards: 0, runs: [{ tails: 2 }] });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(server.received).toBe(12);
  server.holds = false;
  server.answerAll();
  await left;
  await run.coordinator.stop('drain', 'interrupted');
  await until(() => run.isDone);
  expect(run.sum('completed')).toBe(run.sum('scheduled'));
  expect(run.snapshots.filter(({ takeOver }) => takeOver?.after === 'yield')).toHaveLength(2);
  await staying[Symbol.asyncDispose]();
  run.close();
}, 60_000);

it('a schedule that is handed over is sent once, as a whole', async () => {
  await using server = await ChatServer.start();
  await using transport = memoryTransport();
  const first = new Worker({ transport, workerId: 'first', environment: {}, tailGraceMs: 10_000 });
  const second = new Worker({ transport, workerId: 'second', environment: {} });
  await first.start();
  const run = new LedRun(
    transport,
    planOf({ runId: 'run', url: server.url, load: steady(100, 2000), shards: 3 }),
  );
  const ending = run.toItsEnd();
  await until(() => server.received > 30);
  await second.start();
  await first[Symbol.asyncDispose]();
  await ending;
  expect([server.received, run.sum('scheduled'), run.sum('completed')]).toEqual([200, 200, 200]);
  await second[Symbol.asyncDispose]();
  run.close();
}, 60_000);
