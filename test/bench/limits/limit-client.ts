import type { LimitBuckets } from '@tokenstorm/core';
import { redisTransport } from '@tokenstorm/transport';

/** What a client process of the benchmark is asked to do, and what it says then. */
export interface ClientOrder {
  readonly url: string;
  readonly runId: string;
  readonly buckets: LimitBuckets;
  /** Requests a second that it offers, evenly spaced. */
  readonly perSecond: number;
  readonly seconds: number;
  /** Of the beginning, which is not counted. */
  readonly warmUpSeconds: number;
}

export interface ClientFigures {
  readonly admitted: number;
  /** How long each `take` that was granted at once took, ms, ascending; a sample of some thousands. */
  readonly takeMs: readonly number[];
  readonly refusals: number;
}

const sampled = 5000;

process.on('message', (order: ClientOrder) => void run(order).then((figures) => process.send?.(figures)));

/** Asks for a permit whenever one is due, and again when it was refused; by ticks of 1 ms. */
async function run({ url, runId, buckets, perSecond, seconds, warmUpSeconds }: ClientOrder) {
  await using transport = await redisTransport({
    url,
    role: 'worker',
    memberId: `limit-${process.pid}`,
    region: 'x',
  });
  const limiter = transport.limiter(runId);
  const takeMs: number[] = [];
  let [admitted, refusals] = [0, 0];
  const startMs = performance.now();
  const isCounted = () => performance.now() - startMs > warmUpSeconds * 1000;
  const ask = async (): Promise<void> => {
    const askedMs = performance.now();
    const grant = await limiter.take(buckets, { requests: 1 });
    if (!isCounted()) return;
    if (!grant.granted) refusals += 1;
    else admitted += 1;
    if (grant.granted) takeMs.push(performance.now() - askedMs);
  };
  let asked = 0;
  const asks: Promise<void>[] = [];
  while (performance.now() - startMs < seconds * 1000) {
    const due = ((performance.now() - startMs) / 1000) * perSecond;
    // What is asked for one after the other finds the stock of the one before.
    for (; asked < due; asked += 1) asks.push(ask());
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(asks);
  const sorted = takeMs.toSorted((one, other) => one - other);
  const step = Math.max(1, sorted.length / sampled);
  const sample = Array.from(
    { length: Math.min(sorted.length, sampled) },
    (_, place) => sorted[Math.floor(place * step)] ?? 0,
  );
  return { admitted, takeMs: sample, refusals } satisfies ClientFigures;
}
