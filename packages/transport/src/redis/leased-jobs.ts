import { createRedisBackend, Worker } from 'bullmq';
import type { RedisConnection } from './connection.ts';

/** Between two looks for jobs whose lock has run out, at most. */
const longestStalledCheckMs = 1000;

/**
 * A BullMQ worker whose jobs are fetched by hand: its own processing knows no lease that changes hands. Once its stalled check is
 * started it watches for jobs of the queue whose holder has died, of all workers.
 */
export function leasedJobs<Data>(connection: RedisConnection, queue: string, memberId: string): Worker<Data> {
  const { leaseMs } = connection;
  return new Worker<Data>(
    queue,
    null,
    {
      ...connection.queueOptions,
      autorun: false,
      lockDuration: leaseMs,
      stalledInterval: Math.min(longestStalledCheckMs, Math.ceil(leaseMs / 10)),
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      name: memberId,
    },
    // Nothing here waits in Redis: no second connection for commands that do.
    (name, options) => createRedisBackend(name, options),
  );
}
