import type { Fleet, MetricsSnapshot, RunEvent, TokenstormError, Transport } from '@tokenstorm/core';
import { RedisAggregationQueue } from './aggregation-queue.ts';
import { RedisConnection } from './connection.ts';
import type { ConnectionState } from './connection.ts';
import { eventCodec } from './event-codec.ts';
import { HeldByRun } from './held-by-run.ts';
import { runKeys } from './keys.ts';
import { RedisBudget } from './redis-budget.ts';
import { redisDatasets } from './redis-datasets.ts';
import { redisFleet } from './redis-fleet.ts';
import { RedisLog } from './redis-log.ts';
import { RedisRateLimiter } from './redis-rate-limiter.ts';
import { RunDirectory } from './run-directory.ts';
import { settledWithin } from './settled-within.ts';
import { RedisShardQueue } from './shard-queue.ts';
import { snapshotCodec } from './snapshot-codec.ts';

/** What the transport over Redis needs to know of its process. */
export interface RedisTransportOptions {
  /** `redis://[user:password@]host[:port][/database]`, `rediss://` for TLS; see `parseRedisUrl`. */
  readonly url: string;
  readonly role: 'coordinator' | 'worker' | 'aggregator';
  /** Unique among the live processes. */
  readonly memberId: string;
  /** Of a worker. */
  readonly region?: string;
  /** How long a lease lasts without being renewed, ms; 10 s by default. */
  readonly leaseMs?: number;
  /** Redis away for so long is gone for good, ms; 60 s by default. */
  readonly giveUpMs?: number;
  readonly onConnection?: (state: 'lost' | 'back' | 'gone') => void;
  /** Told of what Redis refused and is tried again: out of memory, a missing right. */
  readonly onProblem?: (problem: TokenstormError) => void;
}

/** The transport between machines, and what only it has. */
export interface RedisTransport extends Transport {
  readonly runs: RunDirectory;
  readonly fleet: Fleet;
  /** What is wrong with Redis' settings, but not so wrong that nothing works. */
  readonly warnings: readonly string[];
  /** `clock.nowMs` at which Redis was reached the last time after it was not. */
  readonly connectedSinceMs: number;
  /** Why Redis is gone for good; absent while it is not. */
  readonly problem: TokenstormError | undefined;
}

/**
 * Connects to Redis, and looks whether it is one that we can work with. Rejects with `E_REDIS` and a hint: exit 2 for a malformed
 * URL, 97 for anything else. Disposing ends the connections within 2 s; what works on shards or runs is disposed before it.
 */
export async function redisTransport(options: RedisTransportOptions): Promise<RedisTransport> {
  const { url, role, memberId, region, leaseMs = 10_000, giveUpMs = 60_000, onProblem = () => {} } = options;
  const name = `tokenstorm-${role}-${memberId}`;
  const connection = await RedisConnection.open({ url, name, leaseMs, giveUpMs });
  connection.onChange((state) => options.onConnection?.(spoken[state]));
  const place = region === undefined ? {} : { region };
  const shards = new RedisShardQueue({ connection, workerId: memberId, onProblem, ...place });
  const aggregations = new RedisAggregationQueue({ connection, aggregatorId: memberId, onProblem });
  const way = { connection, onProblem, giveUpMs };
  const limiters = new HeldByRun<RedisRateLimiter>();
  const budgets = new HeldByRun<RedisBudget>();
  return {
    shards,
    aggregations,
    snapshots: (runId) => new RedisLog<MetricsSnapshot>(connection, runKeys(runId).snapshots, snapshotCodec),
    events: (runId) => new RedisLog<RunEvent>(connection, runKeys(runId).events, eventCodec),
    datasets: redisDatasets(connection),
    limiter: (runId) => limiters.of(runId, () => new RedisRateLimiter(way, runId)),
    budget: (runId, limits) => budgets.of(runId, () => new RedisBudget(way, runId, limits)),
    clock: connection.clock,
    runs: new RunDirectory(connection),
    fleet: redisFleet(connection),
    warnings: connection.warnings,
    get connectedSinceMs() {
      return connection.connectedSinceMs;
    },
    get problem() {
      return connection.problem;
    },
    [Symbol.asyncDispose]: async () => {
      const closing = [shards, aggregations].map((queue) => queue[Symbol.asyncDispose]());
      const givingBack = [limiters.close(), budgets.close()];
      if (connection.state === 'up') closing.push(...givingBack);
      await settledWithin(Promise.all(closing), closeTimeoutMs);
      await connection[Symbol.asyncDispose]();
    },
  };
}

const closeTimeoutMs = 1000;

const spoken = { up: 'back', lost: 'lost', gone: 'gone' } as const satisfies Record<ConnectionState, string>;
