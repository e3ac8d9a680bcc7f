import { setTimeout as sleep } from 'node:timers/promises';
import type { LeaseEnd, ShardLease } from '@tokenstorm/core';
import { aborted } from '../conformance/waiting.ts';
import { commitNext, worker } from './shards-fleet.ts';

/** What a worker process tells whoever forked it. Times are ms since the Unix epoch. */
export type ShardNews = {
  readonly shard: number;
  readonly epoch: number;
  readonly atMs: number;
} & (
  | { readonly type: 'taken' }
  /** The lease said that a request may be sent: one would have been now. */
  | { readonly type: 'sent' }
  | { readonly type: 'ended'; readonly reason: LeaseEnd }
);

const sendEveryMs = 10;
const commitEveryMs = 250;

/** A worker process: arguments are the URL of Redis, its id and the length of a lease in ms. */
async function run(): Promise<void> {
  const [url = '', memberId = '', leaseMs] = process.argv.slice(2);
  const transport = await worker(url, memberId, { leaseMs: Number(leaseMs) });
  const work = await transport.shards.work(hold);
  process.once('SIGTERM', () => void work[Symbol.asyncDispose]().then(() => process.exit()));
}

/** Asks nothing but the lease whether it may send, and goes on asking after it was told to stop. */
async function hold(lease: ShardLease, signal: AbortSignal): Promise<void> {
  tell(lease, { type: 'taken' });
  const sending = setInterval(() => {
    // Before the answer: a process that is stopped between the two has been told nothing wrong.
    const askedAtMs = Date.now();
    if (lease.mayStillSend()) tell(lease, { type: 'sent', atMs: askedAtMs });
  }, sendEveryMs);
  let sequence = 1;
  for (; !signal.aborted; sequence += 1) {
    await commitNext(lease, sequence);
    await Promise.race([sleep(commitEveryMs), aborted(signal)]);
  }
  const reason = signal.reason as LeaseEnd;
  tell(lease, { type: 'ended', reason });
  if (reason === 'yield') await commitNext(lease, sequence, { yielded: true });
  else await sleep(1000);
  clearInterval(sending);
}

function tell({ shard, epoch }: ShardLease, news: object): void {
  process.send?.({ shard: shard.shard, epoch, atMs: Date.now(), ...news });
}

if (process.send !== undefined) await run();
