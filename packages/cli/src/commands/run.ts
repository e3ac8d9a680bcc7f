import { exitCodeOf, exitCodes } from '@tokenstorm/core';
import type { ParsedScenario, Report, RunPlan } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import { checkDescriptors } from '@tokenstorm/worker';
import type { Permissions } from '@tokenstorm/worker';
import { AuditedRun } from '../audit/audited-run.ts';
import type { RunOptions } from '../flags/run-options.ts';
import { EmbeddedRun } from '../run/embedded-run.ts';
import type { EndedRun } from '../run/ended-run.ts';
import { listenForFaults } from '../run/faults.ts';
import { liveStatusOf } from '../run/live-status.ts';
import { loadScenario } from '../run/load-scenario.ts';
import { lookBefore } from '../run/look-before.ts';
import { openProgress, sayAbove } from '../run/open-progress.ts';
import { peakConnections, planRun } from '../run/plan.ts';
import { processCount } from '../run/process-count.ts';
import { rehearse } from '../run/rehearsal.ts';
import { reportOf } from '../run/report-of.ts';
import { RunFiles } from '../run/run-files.ts';
import { RunInflux } from '../run/run-influx.ts';
import { listenForStop } from '../run/signals.ts';
import { noTraceWarning, tracePath } from '../run/trace-file.ts';
import { startSimulatorProcess } from '../run/simulator-process.ts';
import { printReport, writeReports } from '../run/write-report.ts';
import { numbered } from '../view/number-text.ts';
import type { Progress } from '../view/progress.ts';
import { printPlan } from './print-plan.ts';
import { runDistributed } from './run-distributed.ts';

/** How long the process may go on after the report of a run that failed. */
const afterFailureMs = 1000;

/** `tokenstorm run`: measures what the scenario asks for, and reports. Returns the exit code. */
export async function runCommand(options: RunOptions): Promise<number> {
  const { distributed } = options;
  return distributed === undefined ? runHere(options) : runDistributed(options, distributed);
}

async function runHere(options: RunOptions): Promise<number> {
  await using simulator = options.withSim ? await startSimulatorProcess() : undefined;
  const parsed = loadScenario(options, process.env, {
    sendsRequests: !options.dryRun,
    ...(simulator !== undefined && { simulatorUrl: simulator.baseUrl }),
  });
  const { processes, notes: processNotes } = processCount(options.processes, parsed.scenario);
  const plan = planRun(parsed.scenario, options.shards, processes);
  if (options.dryRun) {
    printPlan(plan, parsed, options);
    return exitCodes.passed;
  }
  const progress = openProgress(options);
  const files = await RunFiles.check({
    plan,
    environment: process.env,
    clock: systemClock,
    failOn: options.failOn,
    ...(options.snapshotLog !== undefined && { snapshotLog: options.snapshotLog }),
    warn: (warning) => sayAbove(progress, `warning: ${warning}`),
  });
  if (options.debug) process.stderr.write(noTraceWarning(plan.scenario));
  const warnOf = (warning: string) => sayAbove(progress, `warning: ${warning}`);
  const { auditLog } = options;
  const auditing = { plan, mode: 'local', environment: process.env, auditLog, warn: warnOf } as const;
  await using audited = await AuditedRun.begin(auditing);
  const { permissions, doubts } = await lookBefore(plan, options, process.env);
  const connections = peakConnections(plan);
  if (options.progress !== 'none') warn([...parsed.warnings, ...doubts]);
  const notes = [
    ...parsed.warnings,
    ...processNotes,
    ...checkDescriptors(Math.ceil(connections / processes), connections),
    // Each process that sends rehearses by itself.
    ...(processes === 1 ? await rehearse(plan, parsed.datasets) : []),
  ];
  await using influx = await RunInflux.open(plan, process.env, warnOf);
  await files.start();
  const { ended, outcomes } = await runEmbedded({
    plan,
    parsed,
    processes,
    files,
    influx,
    progress,
    debug: options.debug,
    permissions,
  });
  const measured = reportOf(plan, ended, await files.end(ended, notes, outcomes));
  const report = influx === undefined ? measured : await influx.finish(measured, ended.result);
  await audited.end(report);
  printReport(report, options);
  const allWritten = await writeReports(report, files.exports);
  if (progress !== undefined) sayWhereKept(plan, files);
  return exitCode(report, ended, allWritten, plan, options);
}

interface EmbeddedParts {
  readonly plan: RunPlan;
  readonly parsed: ParsedScenario;
  readonly processes: number;
  readonly files: RunFiles;
  readonly influx: RunInflux | undefined;
  readonly progress: Progress | undefined;
  /** Writes a wire trace of one request. */
  readonly debug: boolean;
  readonly permissions: Permissions;
}

async function runEmbedded(parts: EmbeddedParts) {
  const { plan, parsed, processes, files, influx, progress, debug, permissions } = parts;
  const { scenario, datasets } = parsed;
  const toLiveStatus = liveStatusOf(scenario);
  let isStopping = false;
  const { observer, requestFiles } = files;
  const embedded = new EmbeddedRun({
    plan,
    datasets,
    processes,
    requestFiles,
    permissions,
    ...(debug && { tracePath: tracePath(plan.runId) }),
    environment: process.env,
    ...(observer !== undefined && { observer }),
    ...(influx !== undefined && { influx }),
    onExportFailure: (path, reason) => files.exportFailed(path, reason),
    onStatus: (status, budget) =>
      progress?.update({
        ...toLiveStatus(status, budget),
        ...(isStopping && { stage: 'draining' as const }),
      }),
  });
  using _signals = listenForStop({
    drain: () => {
      isStopping = true;
      progress?.say('Stopping: requests under way may finish. Ctrl-C again stops now.');
      void embedded.stop('drain');
    },
    now: () => void embedded.stop('now'),
  });
  using _faults = listenForFaults((description) => embedded.fail(description));
  try {
    const { warmupRequests } = scenario.execution;
    if (warmupRequests > 0)
      progress?.say(`Warming up: ${numbered(warmupRequests, 'request')} to each target.`);
    return { ended: await embedded.run(), outcomes: embedded.exportOutcomes };
  } catch (cause) {
    await files.discard();
    throw cause;
  } finally {
    progress?.clear();
  }
}

function sayWhereKept({ runId }: RunPlan, { snapshotLog }: RunFiles): void {
  if (snapshotLog === undefined) return;
  const { path, isStored } = snapshotLog;
  // The path of the store is long, and nobody needs it: the run's id finds it.
  process.stderr.write(`Snapshots kept: tokenstorm report ${isStored ? runId : path}\n`);
}

function warn(warnings: readonly string[]): void {
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
}

function exitCode(
  report: Report,
  { failure, lostProcess }: EndedRun,
  allWritten: boolean,
  plan: RunPlan,
  options: RunOptions,
): number {
  if (failure !== undefined) {
    process.stderr.write(`internal error: ${failure}\n`);
    // What failed may have left sockets or timers behind: they must not keep the process from ending.
    setTimeout(() => process.exit(exitCodes.internal), afterFailureMs).unref();
  }
  if (lostProcess !== undefined) process.stderr.write(`error: ${lostProcess}\n`);
  if (failure !== undefined || !allWritten) return exitCodes.internal;
  return exitCodeOf(report, {
    allowInvalid: plan.scenario.execution.onInvalid === 'warn',
    failOnSuspect: options.failOn === 'suspect',
  });
}
