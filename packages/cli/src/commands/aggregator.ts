import { exitCodes } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import type { AggregatorServiceOptions } from '../flags/aggregator-options.ts';
import { listenForFaults } from '../run/faults.ts';
import { aggregatorMetrics } from '../serve/aggregator-metrics.ts';
import { AggregatorService } from '../serve/aggregator-service.ts';
import { onSignals } from '../run/signals.ts';
import { newMemberId } from '../serve/member-id.ts';
import { redisGone } from '../serve/redis-gone.ts';
import { ServiceEndpoint } from '../serve/service-endpoint.ts';
import { serviceLog } from '../serve/service-log.ts';

/** `tokenstorm aggregator`: adds up runs until it is told to end, or Redis is gone for good. Returns the exit code. */
export async function aggregatorCommand(options: AggregatorServiceOptions): Promise<number> {
  const aggregatorId = newMemberId();
  const log = serviceLog(options, `aggregator ${aggregatorId}`);
  const service = new AggregatorService({ options, aggregatorId, environment: process.env, log });
  // Nobody knows what still works here: another aggregator goes on.
  using _faults = listenForFaults((fault) => {
    log.error('fault', `internal error: ${fault}`);
    process.exit(exitCodes.internal);
  });
  await using _endpoint = await serveEndpoint(service, options, (port) =>
    log.info('serving', `/healthz and /metrics on port ${port}`, { port }),
  );
  using _signals = onSignals([() => service.end(), () => process.exit(exitCodes.interrupted)]);
  const { isGone, logs } = await service.run();
  if (isGone) throw redisGone(options, logs);
  log.info('ended', 'ended in order');
  return exitCodes.passed;
}

async function serveEndpoint(
  service: AggregatorService,
  { port }: AggregatorServiceOptions,
  onServing: (port: number) => void,
): Promise<ServiceEndpoint | undefined> {
  if (port === undefined) return undefined;
  const startedAtEpochMs = systemClock.epochMs();
  const endpoint = await ServiceEndpoint.start({
    port,
    health: () => service.health,
    metrics: () => aggregatorMetrics(service.figures, startedAtEpochMs),
  });
  onServing(endpoint.port);
  return endpoint;
}
