import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { accountingOf, planOf, until } from './__fixtures__/run-setup.ts';
import { answered, shardOf, users } from './__fixtures__/shard-setup.ts';
import { workload } from './request/__fixtures__/request-setup.ts';
import { rawServer } from './wire/__fixtures__/raw-server.ts';

describe('a shard that is taken away', () => {
  it.each(['yield', 'lost', 'frozen'] as const)('(%s) before its start ends without a trace', async (end) => {
    const shard = shardOf(planOf([workload()]));
    await using _engine = shard.engine;
    await until(shard.isWarm);
    shard.take(end);
    await shard.running;
    expect(shard.lease.snapshots).toEqual([]);
    // Its part of the run's caps is the next holder's.
    expect(shard.told.letGo).toBe(1);
  });

  it('while it warms up does not say that it is warm', async () => {
    await using server = await rawServer(() => {});
    const shard = shardOf(planOf([workload()], server.origin, { execution: { warmupRequests: 1 } }));
    await using _engine = shard.engine;
    await until(() => server.requests.length === 1);
    shard.take('yield');
    await shard.running;
    expect(shard.isWarm()).toBe(false);
  });

  it.each(['yield', 'lost'] as const)(
    '(%s) starts nothing more, sees what is under way through, and commits it as its tail',
    async (end) => {
      const sockets: Socket[] = [];
      await using server = await rawServer((socket) => sockets.push(socket));
      const shard = shardOf(planOf([workload({ load: users(2, 60_000) })], server.origin));
      await using _engine = shard.engine;
      shard.start();
      await until(() => sockets.length === 2);
      shard.take(end);
      await until(() => shard.told.letGo === 1);
      const before = shard.lease.checkpoints.length;
      await until(() => shard.lease.checkpoints.length > before + 2);
      const { checkpoints, snapshots } = shard.lease;
      expect(checkpoints.at(-1)).toMatchObject({
        yielded: end === 'yield',
        inFlight: 2,
        positions: { 'load/own/m': 2 },
      });
      for (const socket of sockets) socket.write(answered);
      await shard.running;
      expect(accountingOf(snapshots)).toMatchObject({ scheduled: 2, completed: 2, cancelled: 0 });
      expect(snapshots.map(({ final, last }) => [final, last ?? false]).at(-1)).toEqual([false, true]);
      expect(snapshots.filter(({ last }) => last)).toHaveLength(1);
      expect(server.requests).toHaveLength(2);
    },
  );

  it('from a frozen process keeps what it had recorded, and gives up the rest without a word', async () => {
    const sockets: Socket[] = [];
    await using server = await rawServer((socket) => sockets.push(socket));
    const shard = shardOf(planOf([workload({ load: users(3, 60_000) })], server.origin));
    await using _engine = shard.engine;
    shard.start();
    await until(() => sockets.length === 3);
    sockets[0]?.write(answered);
    await until(() => sockets.length === 4);
    shard.lease.isHeld = false;
    sockets[1]?.write(answered);
    await until(() => shard.engine.inFlightCount === 2);
    shard.take('frozen');
    await shard.running;
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({
      scheduled: 4,
      completed: 1,
      failed: 0,
      cancelled: 0,
    });
    expect(shard.lease.snapshots.at(-1)).toMatchObject({ final: false, last: true });
    // The second and the fourth are idle: the fourth request came over the first's connection.
    await until(() => [2, 3].every((index) => sockets[index]?.destroyed));
    expect([server.requests.length, shard.engine.inFlightCount]).toEqual([4, 0]);
  });

  it('sends what waited for its turn when it gave the shard back', async () => {
    const sockets: Socket[] = [];
    await using server = await rawServer((socket) => sockets.push(socket));
    const plan = planOf([workload({ load: users(3, 60_000) })], server.origin, {
      execution: { maxConcurrency: 1 },
    });
    const shard = shardOf(plan);
    await using _engine = shard.engine;
    shard.start();
    await until(() => sockets.length === 1 && shard.engine.inFlightCount === 3);
    shard.take('yield');
    for (let index = 0; index < 3; index += 1) {
      await until(() => sockets.length === index + 1);
      sockets[index]?.write(answered);
    }
    await shard.running;
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 3, completed: 3 });
  });

  it('ends its tail at once where the run is stopped now', async () => {
    await using server = await rawServer(() => {});
    const shard = shardOf(planOf([workload({ load: users(2, 60_000) })], server.origin));
    await using _engine = shard.engine;
    shard.start();
    await until(() => server.requests.length === 2);
    shard.take('yield');
    shard.stop('now');
    await shard.running;
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 2, cancelled: 2 });
    expect(shard.lease.snapshots.at(-1)).toMatchObject({ final: false, last: true });
  });

  it('cancels its tail when the worker has to end', async () => {
    await using server = await rawServer(() => {});
    const shard = shardOf(planOf([workload({ load: users(2, 60_000) })], server.origin), { tailGraceMs: 80 });
    await using _engine = shard.engine;
    shard.start();
    await until(() => server.requests.length === 2);
    const beganMs = performance.now();
    shard.closing.begin();
    shard.take('yield');
    await shard.running;
    shard.closing.end();
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(78);
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 2, cancelled: 2 });
    expect(shard.lease.checkpoints.filter(({ yielded }) => yielded).length).toBeGreaterThanOrEqual(2);
  });

  it('goes quietly where its epoch was ended by others', async () => {
    await using server = await rawServer(() => {});
    const shard = shardOf(planOf([workload({ load: users(2, 60_000) })], server.origin), {
      answer: ({ sequence }) => (sequence < 3 ? 'stored' : 'fenced'),
    });
    await using _engine = shard.engine;
    shard.start();
    await shard.running;
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 2, cancelled: 0 });
    expect([shard.lease.snapshots.length, shard.told.uncommitted, shard.engine.inFlightCount]).toEqual([
      2,
      [],
      0,
    ]);
    await until(() => server.connections.every((socket) => socket.destroyed));
  });

  it('by the answer to a commit is a loss', async () => {
    await using server = await rawServer(() => {});
    const shard = shardOf(planOf([workload({ load: users(2, 60_000) })], server.origin), {
      answer: ({ sequence }) => (sequence < 2 ? 'stored' : 'late'),
    });
    await using _engine = shard.engine;
    shard.start();
    await until(() => shard.told.letGo === 1);
    shard.stop('now');
    await shard.running;
    expect(shard.lease.checkpoints.at(-1)).toMatchObject({ yielded: false, final: false });
  });
});
