import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { accountingOf, planOf, until } from './__fixtures__/run-setup.ts';
import { answer, answered, iterations, shardOf, users } from './__fixtures__/shard-setup.ts';
import { whole, workload } from './request/__fixtures__/request-setup.ts';
import { rawServer } from './wire/__fixtures__/raw-server.ts';

describe('a shard', () => {
  it('warms up, waits for the start, runs and commits everything', async () => {
    await using server = await rawServer(answer);
    const plan = planOf([workload({ load: iterations(2, 7) })], server.origin, {
      execution: { warmupRequests: 3 },
    });
    const shard = shardOf(plan);
    await using _engine = shard.engine;
    await until(shard.isWarm);
    expect([server.requests.length, shard.lease.snapshots.length]).toEqual([3, 0]);
    shard.start();
    await shard.running;
    expect(server.requests).toHaveLength(10);
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 7, completed: 7 });
    expect(accountingOf(shard.lease.snapshots, 'warmup')).toMatchObject({ scheduled: 3, completed: 3 });
    expect(shard.lease.snapshots.map(({ final }) => final).lastIndexOf(false)).toBe(
      shard.lease.snapshots.length - 2,
    );
    expect(shard.lease.snapshots.at(-1)?.final).toBe(true);
  });

  it('asks its servers before the start where the plan says so, once for all shards, and fails with what is wrong', async () => {
    const load = workload({ load: iterations(2, 4) });
    await using server = await rawServer((socket, { text }) => {
      socket.write(
        text.startsWith('POST') ? answered : whole('{"data":[{"id":"m"}]}', 200, 'application/json'),
      );
    });
    const asking = shardOf({ ...planOf([load], server.origin), preflight: true });
    await using _asking = asking.engine;
    await asking.engine.preflight('eu');
    await until(asking.isWarm);
    expect(server.requests.filter((request) => request.startsWith('GET'))).toHaveLength(1);
    asking.take('yield');
    await asking.running;

    const down = shardOf({ ...planOf([load]), preflight: true });
    await using _down = down.engine;
    await expect(down.running).rejects.toMatchObject({ code: 'E_TARGET', exitCode: 2 });
    expect(down.isWarm()).toBe(false);
  });

  it('asks nobody where another one had the shard, after the start', async () => {
    await using server = await rawServer(answer);
    const plan = { ...planOf([workload({ load: iterations(1, 2) })], server.origin), preflight: true };
    const shard = shardOf(plan, { epoch: 2 });
    await using _engine = shard.engine;
    shard.start();
    await shard.running;
    expect(server.requests.filter((request) => request.startsWith('GET'))).toEqual([]);
  });

  it('cancels what users have under way after the graceful stop that follows the end of their load', async () => {
    await using server = await rawServer(() => {});
    const shard = shardOf(planOf([workload({ load: users(3, 50), gracefulStopMs: 60 })], server.origin));
    await using _engine = shard.engine;
    await until(shard.isWarm);
    shard.start();
    await shard.running;
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 3, cancelled: 3 });
  });

  it.each(['drain', 'now'] as const)(
    'that is told to stop (%s) before its start sends nothing',
    async (mode) => {
      await using server = await rawServer(answer);
      const load = {
        executor: 'constant-arrival-rate',
        ratePerSecond: 1000,
        durationMs: 1000,
        arrivals: 'constant',
        maxInFlight: 100,
      } as const;
      const plan = planOf(
        [workload({ name: 'a', load }), workload({ name: 'b', load: users(5, 1000) })],
        server.origin,
      );
      const shard = shardOf(plan);
      await using _engine = shard.engine;
      shard.stop(mode);
      shard.start();
      await shard.running;
      expect(server.requests).toEqual([]);
      expect(shard.lease.snapshots).toMatchObject([{ final: true, series: [] }]);
    },
  );

  it('that is told to stop while it warms up sends no more for it', async () => {
    await using server = await rawServer(() => {});
    const plan = planOf([workload({ load: iterations(1, 5) })], server.origin, {
      execution: { warmupRequests: 5 },
    });
    const shard = shardOf(plan);
    await using _engine = shard.engine;
    await until(() => server.requests.length === 1);
    shard.stop('drain');
    shard.stop('now');
    await until(shard.isWarm);
    shard.start();
    await shard.running;
    expect(server.requests).toHaveLength(1);
    expect(accountingOf(shard.lease.snapshots, 'warmup')).toMatchObject({ scheduled: 1, cancelled: 1 });
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 0 });
  });

  it('drains: what is under way ends as it ends', async () => {
    const sockets: Socket[] = [];
    await using server = await rawServer((socket) => sockets.push(socket));
    const shard = shardOf(planOf([workload({ load: users(2, 60_000) })], server.origin));
    await using _engine = shard.engine;
    shard.start();
    await until(() => sockets.length === 2);
    shard.stop('drain');
    for (const socket of sockets) socket.write(answered);
    await shard.running;
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 2, completed: 2 });
  });

  it('stops now while requests wait for a place: none of them is sent', async () => {
    const sockets: Socket[] = [];
    await using server = await rawServer((socket) => sockets.push(socket));
    const plan = planOf(
      [workload({ name: 'a', load: users(10, 60_000) }), workload({ name: 'b', load: users(10, 60_000) })],
      server.origin,
      { execution: { maxConcurrency: 2 } },
    );
    const shard = shardOf(plan);
    await using _engine = shard.engine;
    shard.start();
    await until(() => sockets.length === 2);
    // The worker closes the admission before any shard hears of the stop.
    shard.engine.admissions.close();
    shard.stop('now');
    await shard.running;
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 20, cancelled: 20 });
    const attempts = shard.lease.snapshots.flatMap(({ series }) =>
      series.map(({ counters }) => counters.attempts ?? 0),
    );
    expect(attempts.reduce((sum, count) => sum + count, 0)).toBe(2);
  });
});

describe('a shard with a fault', () => {
  it('in a commit rejects, ends its load, leaves nothing running and keeps what it knows', async () => {
    await using server = await rawServer(() => {});
    const shard = shardOf(planOf([workload({ load: users(2, 60_000) })], server.origin), {
      answer: ({ sequence }) => {
        if (sequence > 1) throw new Error('the log is gone');
        return 'stored';
      },
    });
    await using _engine = shard.engine;
    shard.start();
    await expect(shard.running).rejects.toThrow('the log is gone');
    await until(() => server.connections.every((socket) => socket.destroyed));
    expect(shard.engine.deadlines.size).toBe(0);
    const known = accountingOf([...shard.lease.snapshots, ...shard.told.uncommitted]);
    expect(known).toMatchObject({ scheduled: 2, cancelled: 2 });
    expect(shard.told.uncommitted.at(-1)).toMatchObject({ final: false, last: true });
  });

  it('in its load still commits what is known, and is not done with the shard', async () => {
    await using server = await rawServer(() => {});
    const plan = planOf(
      [workload({ name: 'a', load: iterations(1, 9) }), workload({ name: 'b', load: users(2, 60_000) })],
      server.origin,
    );
    const shard = shardOf(plan);
    await using _engine = shard.engine;
    shard.lease.reserve = () => Promise.reject(new Error('no counter'));
    shard.start();
    await expect(shard.running).rejects.toThrow('no counter');
    const { scheduled, cancelled } = accountingOf(shard.lease.snapshots);
    expect(cancelled).toBe(scheduled);
    expect(shard.lease.snapshots.at(-1)).toMatchObject({ final: false, last: true });
  });

  it('gives up what it cannot commit when the worker has to end', async () => {
    await using server = await rawServer(() => {});
    const shard = shardOf(planOf([workload({ load: users(2, 60_000) })], server.origin), {
      // Redis is away, and nobody says for how long.
      answer: () => new Promise(() => {}),
    });
    await using _engine = shard.engine;
    shard.start();
    await until(() => server.requests.length === 2);
    shard.closing.begin();
    shard.take('yield');
    await shard.running;
    expect(accountingOf(shard.told.uncommitted)).toMatchObject({ scheduled: 2, cancelled: 2 });
  }, 20_000);
});
