import { exitCodes } from '@tokenstorm/core';
import type { ParsedScenario, Report, RunPlan } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import { checkDescriptors } from '@tokenstorm/worker';
import { AuditedRun } from '../audit/audited-run.ts';
import type { RunOptions } from '../flags/run-options.ts';
import { confirmCost } from './confirm-cost.ts';
import { deliverReport } from './deliver-report.ts';
import type { EndedRun } from './ended-run.ts';
import { exportManner } from './export-file.ts';
import { loadScenario } from './load-scenario.ts';
import { lookBefore } from './look-before.ts';
import { openProgress, sayAbove } from './open-progress.ts';
import { peakConnections, planRun } from './plan.ts';
import { processCount } from './process-count.ts';
import { rehearse } from './rehearsal.ts';
import { reportOf } from './report-of.ts';
import { RunFiles } from './run-files.ts';
import { runEmbedded } from './run-embedded.ts';
import { RunInflux } from './run-influx.ts';
import { noTraceWarning } from './trace-file.ts';
import { withBaseline } from './with-baseline.ts';
import { startSimulatorProcess } from './simulator-process.ts';
import { printMessage } from './print-text.ts';
import { printPlan } from './print-plan.ts';

/** How long the process may go on after the report of a run that failed. */
const afterFailureMs = 1000;

/** A run whose requests this machine sends, from its scenario to its report, shown by `print` where one is given. Returns the exit code. */
export async function runLocally(options: RunOptions, print?: (report: Report) => void): Promise<number> {
  await using simulator = options.withSim ? await startSimulatorProcess() : undefined;
  const loaded = loadScenario(options, process.env, {
    sendsRequests: !options.dryRun,
    ...(simulator !== undefined && { simulatorUrl: simulator.baseUrl }),
  });
  const parsed = await withBaseline(loaded, process.env);
  const { processes, notes: processNotes } = processCount(options.processes, parsed.scenario);
  const plan = planRun(parsed.scenario, options.shards, processes);
  if (options.dryRun) {
    printPlan(plan, parsed, options);
    return exitCodes.passed;
  }
  await confirmCost(parsed, options);
  return await runPlanned({ plan, parsed, processes, processNotes }, options, print);
}

interface PlannedLocally {
  readonly plan: RunPlan;
  readonly parsed: ParsedScenario;
  readonly processes: number;
  readonly processNotes: readonly string[];
}

async function runPlanned(
  { plan, parsed, processes, processNotes }: PlannedLocally,
  options: RunOptions,
  print: ((report: Report) => void) | undefined,
): Promise<number> {
  const progress = openProgress(options);
  const warnOf = (warning: string) => sayAbove(progress, `warning: ${warning}`);
  const files = await RunFiles.check({
    plan,
    environment: process.env,
    clock: systemClock,
    failOn: options.failOn,
    manner: exportManner(options),
    ...(options.snapshotLog !== undefined && { snapshotLog: options.snapshotLog }),
    ...(options.records !== undefined && { records: options.records }),
    warn: warnOf,
  });
  if (options.debug) process.stderr.write(noTraceWarning(plan.scenario));
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
  const exitCode = await deliverReport({
    report,
    output: options,
    files: files.exports,
    allowInvalid: plan.scenario.execution.onInvalid === 'warn',
    failOn: options.failOn,
    github: options.github,
    print,
  });
  if (progress !== undefined) sayWhereKept(plan, files);
  return afterFailure(ended) ?? exitCode;
}

function sayWhereKept({ runId }: RunPlan, { snapshotLog }: RunFiles): void {
  if (snapshotLog === undefined) return;
  const { path, isStored } = snapshotLog;
  // The path of the store is long, and nobody needs it: the run's id finds it.
  process.stderr.write(`Snapshots kept: tokenstorm report ${isStored ? runId : path}\n`);
}

function warn(warnings: readonly string[]): void {
  for (const warning of warnings) printMessage(`warning: ${warning}\n`);
}

/** The exit code of a run that something went wrong with; undefined for others. */
function afterFailure({ failure, lostProcess }: EndedRun): number | undefined {
  if (lostProcess !== undefined) process.stderr.write(`error: ${lostProcess}\n`);
  if (failure === undefined) return undefined;
  process.stderr.write(`internal error: ${failure}\n`);
  // What failed may have left sockets or timers behind: they must not keep the process from ending.
  setTimeout(() => process.exit(exitCodes.internal), afterFailureMs).unref();
  return exitCodes.internal;
}
