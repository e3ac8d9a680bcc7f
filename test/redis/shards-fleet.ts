import type { ShardHandler, ShardLease } from '@tokenstorm/core';
import { redisTransport } from '@tokenstorm/transport';
import type { RedisTransport, RedisTransportOptions } from '@tokenstorm/transport';
import { checkpointOf, snapshotOf } from '../conformance/samples.ts';
import { aborted } from '../conformance/waiting.ts';

/** Short, so that a take-over takes seconds in a test; everything else follows from it. */
export const leaseMs = 2000;

/** Whoever plans runs. */
export function coordinator(
  url: string,
  given: Partial<RedisTransportOptions> = {},
): Promise<RedisTransport> {
  return redisTransport({ url, role: 'coordinator', memberId: 'c1', leaseMs, ...given });
}

/** A worker process of region `eu`, as far as Redis can see. */
export function worker(
  url: string,
  memberId: string,
  given: Partial<RedisTransportOptions> = {},
): Promise<RedisTransport> {
  return redisTransport({ url, role: 'worker', memberId, region: 'eu', leaseMs, ...given });
}

/** A handler that holds its shards until it is asked to give them back, and those that it holds. */
export function holder(): { readonly leases: Set<ShardLease>; readonly handler: ShardHandler } {
  const leases = new Set<ShardLease>();
  return {
    leases,
    handler: async (lease, signal) => {
      leases.add(lease);
      await aborted(signal);
      leases.delete(lease);
      await commitNext(lease, 1, { yielded: true });
    },
  };
}

/** Commits a snapshot of the lease's shard and epoch. */
export function commitNext(
  lease: ShardLease,
  sequence: number,
  { yielded = false, final = false }: { readonly yielded?: boolean; readonly final?: boolean } = {},
) {
  const { epoch } = lease;
  const { shard, plan } = lease.shard;
  return lease.commit(
    snapshotOf(sequence, { epoch, shard, runId: plan.runId, final }),
    checkpointOf(sequence, { epoch, yielded, final }),
  );
}
