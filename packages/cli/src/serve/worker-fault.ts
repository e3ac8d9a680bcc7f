import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from '@tokenstorm/core';
import type { ServiceLog } from './service-log.ts';
import type { WorkerService } from './worker-service.ts';

/** How long the runs concerned may take to be told. */
const tellingMs = 2000;

/**
 * Ends this process because of what was thrown where nobody could catch it: nobody knows what still works here. The runs
 * that it works for are stopped, as they would only be met by the same fault elsewhere.
 */
export async function endOnFault(service: WorkerService, log: ServiceLog, fault: string): Promise<never> {
  log.error('fault', `internal error: ${fault}`);
  await Promise.race([service.fail(fault), sleep(tellingMs)]);
  process.exit(exitCodes.internal);
}
