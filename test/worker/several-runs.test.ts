import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryTransport } from '@tokenstorm/transport';
import { Worker } from '@tokenstorm/worker';
import { describe, expect, it } from 'vitest';
import { ChatServer, LedRun, planOf, steady, until } from './runs.ts';

const secret = 'sk-very-secret-key-123456';

describe('a worker with several runs', () => {
  it('runs them beside each other, each with its own start, and tells of each by itself', async () => {
    await using server = await ChatServer.start();
    await using transport = memoryTransport();
    await using worker = new Worker({ transport, workerId: 'w1', environment: {} });
    await worker.start();
    const ids = ['one', 'two', 'three'];
    const runs = ids.map(
      (runId) => new LedRun(transport, planOf({ runId, url: server.url, load: steady(100, 500), shards: 2 })),
    );
    const ends = runs.map(async (run, index) => {
      await sleep(150 * index);
      await run.toItsEnd();
    });
    await until(() => worker.status.runs.length === 3);
    expect(worker.status.shards).toBe(6);
    await Promise.all(ends);
    for (const run of runs) expect([run.sum('scheduled'), run.sum('completed')]).toEqual([50, 50]);
    await until(() => worker.status.runs.length === 0);
    expect(worker.status).toMatchObject({
      workerId: 'w1',
      shards: 0,
      inFlight: 0,
      requests: { sent: 150, completed: 150, failed: 0, cancelled: 0, dropped: 0 },
    });
    for (const run of runs) run.close();
  });

  it('fails one of them without touching the others, and without its key in the message', async () => {
    await using server = await ChatServer.start();
    await using transport = memoryTransport();
    const worker = new Worker({ transport, workerId: 'w1', environment: { KEY: secret } });
    await worker.start();
    const good = new LedRun(transport, planOf({ runId: 'good', url: server.url, load: steady(100, 600) }));
    const ending = good.toItsEnd();
    const bad = new LedRun(
      transport,
      planOf({
        runId: 'bad',
        url: server.url,
        load: steady(100, 600),
        apiKey: '${KEY}',
        prompts: { kind: 'dataset', dataset: `sha256:${secret}`, order: 'sequential' } as never,
      }),
    );
    await bad.coordinator.handOut([]);
    await until(() => bad.events.some(({ type }) => type === 'worker-failed'));
    await ending;
    expect([good.sum('scheduled'), good.sum('completed')]).toEqual([60, 60]);
    expect(good.events.map(({ type }) => type)).not.toContain('worker-failed');
    expect(JSON.stringify(bad.events)).not.toContain(secret);
    await until(() => worker.status.runs.length === 0);
    await worker[Symbol.asyncDispose]();
    for (const run of [good, bad]) run.close();
  });

  it('stops one of them, and the others go on', async () => {
    await using server = await ChatServer.start();
    server.holds = true;
    await using transport = memoryTransport();
    await using worker = new Worker({ transport, workerId: 'w1', environment: {} });
    await worker.start();
    const [stopped, other] = ['stopped', 'other'].map(
      (runId) => new LedRun(transport, planOf({ runId, url: server.url, load: steady(100, 300) })),
    ) as [LedRun, LedRun];
    const ends = [stopped.toItsEnd(), other.toItsEnd()];
    await until(() => server.received > 20);
    await stopped.coordinator.stop('now', 'interrupted');
    await ends[0];
    expect(stopped.sum('cancelled')).toBe(stopped.sum('scheduled'));
    server.holds = false;
    server.answerAll();
    await ends[1];
    expect([other.sum('scheduled'), other.sum('completed')]).toEqual([30, 30]);
    for (const run of [stopped, other]) run.close();
  });
});

it('50 runs in a row leave nothing open', async () => {
  await using server = await ChatServer.start();
  await using transport = memoryTransport();
  await using worker = new Worker({ transport, workerId: 'w1', environment: {} });
  await worker.start();
  const run = async (runId: string) => {
    const led = new LedRun(transport, planOf({ runId, url: server.url, load: steady(200, 30) }));
    await led.toItsEnd();
    expect(led.sum('completed')).toBe(6);
    led.close();
    await until(() => worker.status.runs.length === 0);
  };
  for (let index = 0; index < 3; index += 1) await run(`warm${index}`);
  const before = await settled();
  for (let index = 0; index < 50; index += 1) await run(`run${index}`);
  const after = await settled();
  // Sockets, timers, threads and descriptors that each run left would be 50 more of a kind.
  for (const kind of Object.keys(after))
    expect([kind, (after[kind] ?? 0) - (before[kind] ?? 0) < 10]).toEqual([kind, true]);
  expect(worker.status.requests.completed).toBe(53 * 6);
}, 120_000);

/** What this process has open, once the connections of the last run have had the time to close on both sides. */
async function settled(): Promise<Record<string, number>> {
  await sleep(300);
  const counts: Record<string, number> = {
    descriptors: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
  };
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
