import { exitCodes, TokenstormError } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import type { WorkerServiceOptions } from '../flags/worker-options.ts';
import { listenForFaults } from '../run/faults.ts';
import { onSignals } from '../run/signals.ts';
import { newMemberId } from '../serve/member-id.ts';
import { redisGone } from '../serve/redis-gone.ts';
import { ServiceEndpoint } from '../serve/service-endpoint.ts';
import { serviceLog } from '../serve/service-log.ts';
import type { ServiceLog } from '../serve/service-log.ts';
import { WorkerCrew } from '../serve/worker-crew.ts';
import { endOnFault } from '../serve/worker-fault.ts';
import { workerMetrics } from '../serve/worker-metrics.ts';
import type { WorkerProcessCounts } from '../serve/worker-metrics.ts';
import { WorkerService } from '../serve/worker-service.ts';
import type { WorkerEnd } from '../serve/worker-service.ts';

/** `tokenstorm worker`: serves runs until it is told to end, or Redis is gone for good. Returns the exit code. */
export async function workerCommand(options: WorkerServiceOptions): Promise<number> {
  const environment = process.env;
  const workerId = newMemberId();
  if (options.processes > 1) {
    const log = serviceLog(options, `workers ${workerId}`);
    const crew = new WorkerCrew({ options, environment, log });
    const now = () => crew.kill();
    return serve(crew, { options, log, now, counts: () => crew.counts });
  }
  const log = serviceLog(options, `worker ${workerId}`);
  const worker = new WorkerService({ options, workerId, environment, log });
  using _faults = listenForFaults((fault) => void endOnFault(worker, log, fault));
  return serve(worker, { options, log, now: () => {}, counts: () => ({ running: 1, restarted: 0 }) });
}

interface Serving {
  readonly options: WorkerServiceOptions;
  readonly log: ServiceLog;
  /** What else there is to end when this process ends at once. */
  readonly now: () => void;
  readonly counts: () => Pick<WorkerProcessCounts, 'running' | 'restarted'>;
}

async function serve(worker: WorkerService | WorkerCrew, serving: Serving): Promise<number> {
  const { options, log, now, counts } = serving;
  const startedAtEpochMs = systemClock.epochMs();
  await using endpoint =
    options.port === undefined
      ? undefined
      : await ServiceEndpoint.start({
          port: options.port,
          health: () => worker.health,
          metrics: () => workerMetrics(worker.figures, { ...counts(), startedAtEpochMs }),
        });
  if (endpoint !== undefined)
    log.info('serving', `/healthz and /metrics on port ${endpoint.port}`, { port: endpoint.port });
  using _signals = onSignals([
    () => worker.end(),
    () => {
      log.warning('ended', 'ended at once: what was under way counts as lost');
      now();
      process.exit(exitCodes.interrupted);
    },
  ]);
  return exitCode(await worker.run(), options, log);
}

/** What could not be committed though Redis was not given up is as lost for the run. */
function exitCode({ isGone, leftovers }: WorkerEnd, options: WorkerServiceOptions, log: ServiceLog): number {
  if (isGone) throw redisGone(options, leftovers);
  if (leftovers.length > 0) {
    throw new TokenstormError(
      'E_REDIS',
      `Redis was away at the end. Kept of the runs: ${leftovers.join(', ')}.`,
      {
        hint: 'tokenstorm report FILE… makes one report of all files of a run, those of its aggregator and of its workers.',
      },
    );
  }
  log.info('ended', 'ended in order');
  return exitCodes.passed;
}
