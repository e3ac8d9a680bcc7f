import { exitCodes } from '@tokenstorm/core';
import type { RunPlan, Transport } from '@tokenstorm/core';
import { ipcTransport } from '@tokenstorm/transport';
import { concealing, Worker } from '@tokenstorm/worker';
import { listenForFaults } from './faults.ts';
import { rehearse } from './rehearsal.ts';
import { RequestExport } from './request-export.ts';
import { allowClosedOutput } from './closed-output.ts';
import { TraceFile } from './trace-file.ts';
import type { WorkerExported, WorkerExportFailed, WorkerOrder, WorkerReady } from './worker-process.ts';

// Without the run's process nobody would hear of this load, or end it.
process.on('disconnect', () => process.exit(exitCodes.aborted));
// A signal to all processes, as of Ctrl-C or of a service's stop, is the run's to obey: requests under way may have to finish.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

allowClosedOutput();

const told = {
  setup: Promise.withResolvers<WorkerOrder & { readonly type: 'setup' }>(),
  close: Promise.withResolvers<void>(),
};
process.on('message', (order: Partial<WorkerOrder>) => {
  if (order.type === 'setup') told.setup.resolve(order as WorkerOrder & { readonly type: 'setup' });
  else if (order.type === 'close') told.close.resolve();
});

const { plan, workerId, requestFiles, tracePath, permissions } = await told.setup.promise;
const transport = await ipcTransport(process);
const conceal = concealing(plan.scenario, process.env);
const onFault = (fault: string) =>
  void transport
    .events(plan.runId)
    .append({ type: 'worker-failed', workerId, message: conceal(fault) })
    .catch(() => {});
using _faults = listenForFaults(onFault);
const records = await RequestExport.open(requestFiles, {
  runId: plan.runId,
  clock: transport.clock,
  onFailure: (path, { message: reason }) => tell({ type: 'export-failed', path, reason }),
});
const trace = tracePath === undefined ? undefined : new TraceFile(tracePath);
const worker = new Worker({
  transport,
  workerId,
  environment: process.env,
  permissions,
  ...(requestFiles.length > 0 && { records }),
  ...(trace !== undefined && { trace: trace.take }),
});
try {
  const notes = await rehearse(plan, await datasetsOf(plan, transport));
  await worker.start();
  tell({ type: 'ready', notes });
} catch (cause) {
  onFault(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
}
await told.close.promise;
await worker[Symbol.asyncDispose]();
await records[Symbol.asyncDispose]();
await trace?.written();
await new Promise<void>((resolve) => tell({ type: 'exported', outcomes: records.outcomes }, () => resolve()));
process.exit(exitCodes.passed);

function tell(message: WorkerReady | WorkerExportFailed | WorkerExported, onSent = () => {}): void {
  process.send?.(message, undefined, undefined, onSent);
}

function datasetsOf({ scenario }: RunPlan, { datasets }: Transport) {
  const ids = scenario.workloads.flatMap(({ prompts }) =>
    prompts.kind === 'dataset' ? [prompts.dataset] : [],
  );
  return Promise.all([...new Set(ids)].map((id) => datasets.get(id)));
}
