import { exitCodes, TokenstormError } from '@tokenstorm/core';
import { allowClosedOutput } from '../run/closed-output.ts';
import { listenForFaults } from '../run/faults.ts';
import type { WorkerServiceOptions } from '../flags/worker-options.ts';
import { newMemberId } from './member-id.ts';
import { serviceLog } from './service-log.ts';
import type { WorkerChildMessage, WorkerChildOrder } from './worker-child.ts';
import { endOnFault } from './worker-fault.ts';
import { WorkerService } from './worker-service.ts';

const figuresEveryMs = 1000;

// A signal to all processes, as of Ctrl-C, is the parent's to obey: it says when to end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

allowClosedOutput();

const setUp = Promise.withResolvers<WorkerServiceOptions>();
const ending = new AbortController();
process.on('message', (order: WorkerChildOrder) => {
  if (order.type === 'setup') setUp.resolve(order.options);
  else ending.abort();
});
// Nobody else would end it.
process.on('disconnect', () => ending.abort());

const options = await setUp.promise;
const workerId = newMemberId();
const log = serviceLog(options, `worker ${workerId}`);
const service = new WorkerService({ options, workerId, environment: process.env, log });
using _faults = listenForFaults((fault) => void endOnFault(service, log, fault));
const tellFigures = () => tell({ type: 'figures', figures: service.figures, health: service.health });
const timer = setInterval(tellFigures, figuresEveryMs);
ending.signal.addEventListener('abort', () => service.end());
if (ending.signal.aborted) service.end();
try {
  const end = await service.run();
  clearInterval(timer);
  tellFigures();
  await told({ type: 'ended', end });
  process.exit(exitCodes.passed);
} catch (cause) {
  if (!(cause instanceof TokenstormError)) throw cause;
  const { code, message, exitCode, hint } = cause;
  await told({ type: 'failed', failure: { code, message, exitCode, ...(hint !== undefined && { hint }) } });
  process.exit(exitCode);
}

function tell(message: WorkerChildMessage, onSent = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, onSent);
  else onSent();
}

function told(message: WorkerChildMessage): Promise<void> {
  return new Promise((resolve) => tell(message, () => resolve()));
}
