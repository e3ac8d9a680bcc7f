import { Aggregator } from '@tokenstorm/aggregator';
import type { RunResult } from '@tokenstorm/aggregator';
import type { RunPlan } from '@tokenstorm/core';
import { memoryTransport } from '@tokenstorm/transport';

/** The sum of a run of which nothing is known. */
export async function emptyResult(plan: RunPlan): Promise<RunResult> {
  await using transport = memoryTransport();
  const lease = {
    plan,
    advance: async () => true,
    mayStillWrite: () => true,
    endEpoch: async () => undefined,
  };
  const ended = AbortSignal.abort();
  return await new Aggregator({ lease, transport, clock: transport.clock, ended }).run(
    new AbortController().signal,
  );
}
