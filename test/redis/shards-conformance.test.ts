import { randomUUID } from 'node:crypto';
import type { Transport } from '@tokenstorm/core';
import { redisTransport } from '@tokenstorm/transport';
import { describe } from 'vitest';
import { handoverConformance } from '../conformance/shard-handover.ts';
import { iterationConformance } from '../conformance/shard-iterations.ts';
import { queueConformance } from '../conformance/shard-queue.ts';
import type { OpenedTransport } from '../conformance/transport.ts';
import { startRedis } from '../support/services.ts';
import { coordinator, leaseMs } from './shards-fleet.ts';

/** Each process with a connection of its own, to a server of their own. */
async function open(): Promise<OpenedTransport> {
  await using opening = new AsyncDisposableStack();
  const { url } = opening.use(await startRedis());
  const transport = opening.use(await coordinator(url));
  const ended = opening.move();
  return {
    transport,
    async join(role): Promise<Transport> {
      return ended.use(await redisTransport({ url, role, memberId: randomUUID(), region: 'eu', leaseMs }));
    },
    [Symbol.asyncDispose]: () => ended.disposeAsync(),
  };
}

describe('shards over Redis', () => {
  queueConformance(open);
  handoverConformance(open);
  iterationConformance(open);
});
