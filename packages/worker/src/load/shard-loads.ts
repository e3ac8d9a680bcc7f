import { SeriesRecorder } from '@tokenstorm/core';
import type { Phase, RequestRecord, SeriesLabels, ShardLease, Target, Workload } from '@tokenstorm/core';
import type { Engine } from '../engine.ts';
import { TargetLoad } from './target-load.ts';
import type { SendRight } from './target-load.ts';

/** A shard's target loads: each workload against each of its targets. */
export function shardLoads(
  lease: ShardLease,
  engine: Engine,
  right: SendRight,
  onRecord: (record: RequestRecord, labels: SeriesLabels) => void,
): TargetLoad[] {
  const { plan, region } = lease.shard;
  return plan.scenario.workloads.flatMap((workload) =>
    workload.targets.map((targetKey) => {
      const client = engine.clients.client(targetKey, region, workload.timeouts.connectMs);
      // Requests before the start are in no window: it opens when the load begins.
      const window = { startMs: Infinity, endMs: -Infinity };
      const labels = seriesLabels(workload, engine.target(targetKey), region);
      const recorder = (phase: Phase) => new SeriesRecorder({ ...labels, phase }, workload.slo, window);
      const recorders = { warmup: recorder('warmup'), main: recorder('main') };
      return new TargetLoad({ workload, client, recorders, window, right, onRecord }, engine);
    }),
  );
}

function seriesLabels(workload: Workload, target: Target, region: string): Omit<SeriesLabels, 'phase'> {
  return { provider: target.provider, model: target.model, scenario: workload.name, region };
}
