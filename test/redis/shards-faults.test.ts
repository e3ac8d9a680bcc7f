import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { shardsOf } from '../conformance/samples.ts';
import { until } from '../conformance/waiting.ts';
import { startRedis } from '../support/services.ts';
import { coordinator, leaseMs } from './shards-fleet.ts';
import type { ShardNews } from './shards-process.ts';

const shards = 8;
/** Beside the lease: its check, the next beats, the next look, and a busy machine. */
const patienceMs = 2000;

it('gives the shards of a killed worker to the others within a lease and the checks that follow', async () => {
  await using fleet = await openFleet();
  const [one, two] = [await fleet.start('w1'), await fleet.start('w2')];
  await until(() => one.held().length === shards / 2 && two.held().length === shards / 2);
  const orphaned = one.held();
  const killedAtMs = Date.now();
  one.child.kill('SIGKILL');
  await until(() => two.held().length === shards);

  const taken = two.news.filter(
    ({ type, shard, atMs }) => type === 'taken' && orphaned.includes(shard) && atMs > killedAtMs,
  );
  expect(taken).toHaveLength(shards / 2);
  const recoveries = taken.map(({ atMs }) => atMs - killedAtMs);
  expect(Math.max(...recoveries)).toBeLessThan(leaseMs + patienceMs);
  expectOneSenderAtATime([...one.news, ...two.news]);
}, 60_000);

it('lets a worker that was stopped past its lease send nothing more, and tells it that it was frozen', async () => {
  await using fleet = await openFleet();
  const [one, two] = [await fleet.start('w1'), await fleet.start('w2')];
  await until(() => one.held().length === shards / 2 && two.held().length === shards / 2);
  const before = one.held();
  one.child.kill('SIGSTOP');
  await until(() => two.held().length === shards);
  await sleep(leaseMs);
  const resumedAtMs = Date.now();
  one.child.kill('SIGCONT');
  // What it holds is known from what it says: until it has said that those are over, they seem to be its own.
  const isOver = (shard: number) =>
    one.news.some((news) => news.shard === shard && news.type === 'ended' && news.atMs >= resumedAtMs);
  await until(() => before.every(isOver));
  await until(() => one.held().length === shards / 2 && two.held().length === shards / 2);

  for (const shard of before) {
    const ofShard = one.news.filter((news) => news.shard === shard);
    const { epoch } = ofShard.findLast(({ type, atMs }) => type === 'taken' && atMs < resumedAtMs)!;
    const afterwards = ofShard.filter((news) => news.epoch === epoch && news.atMs >= resumedAtMs);
    expect(afterwards).toMatchObject([{ type: 'ended', reason: 'frozen' }]);
  }
  expectOneSenderAtATime([...one.news, ...two.news]);
}, 60_000);

it('hands everything over when a worker ends in order, at once', async () => {
  await using fleet = await openFleet();
  const [one, two] = [await fleet.start('w1'), await fleet.start('w2')];
  await until(() => one.held().length === shards / 2 && two.held().length === shards / 2);
  const toldAtMs = Date.now();
  one.child.kill('SIGTERM');
  await until(() => two.held().length === shards);
  const lastAtMs = Math.max(...two.news.filter(({ type }) => type === 'taken').map(({ atMs }) => atMs));
  // Not by waiting for locks to run out.
  expect(lastAtMs - toldAtMs).toBeLessThan(leaseMs);
  expectOneSenderAtATime([...one.news, ...two.news]);
}, 60_000);

/** Workers in processes of their own, and shards that wait for them. */
async function openFleet() {
  await using opening = new AsyncDisposableStack();
  const { url } = opening.use(await startRedis());
  const planner = opening.use(await coordinator(url));
  await planner.shards.enqueue(shardsOf(shards));
  const started = opening.move();
  return {
    start: async (memberId: string) => {
      const worker = startWorker(url, memberId);
      started.defer(() => void worker.child.kill('SIGKILL'));
      return worker;
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

function startWorker(url: string, memberId: string) {
  const file = new URL('shards-process.ts', import.meta.url);
  const child: ChildProcess = fork(file, [url, memberId, String(leaseMs)], {
    execArgv: ['--conditions=source'],
  });
  const news: ShardNews[] = [];
  child.on('message', (message) => news.push(message as ShardNews));
  return { child, news, held: () => heldBy(news) };
}

/** Shards taken and not ended since. */
function heldBy(news: readonly ShardNews[]): number[] {
  const held = new Set<number>();
  for (const { type, shard } of news) {
    if (type === 'taken') held.add(shard);
    if (type === 'ended') held.delete(shard);
  }
  return [...held];
}

/** Whatever happened: once the next holder of a shard has it, nobody sends in an earlier epoch. */
function expectOneSenderAtATime(news: readonly ShardNews[]): void {
  for (const { shard, epoch, atMs } of news.filter(({ type }) => type === 'taken')) {
    const late = news.filter(
      (other) => other.type === 'sent' && other.shard === shard && other.epoch < epoch && other.atMs > atMs,
    );
    expect(late).toEqual([]);
  }
  expect(news.some(({ type }) => type === 'sent')).toBe(true);
}
