import { exitCodeOf, exitCodes, TokenstormError } from '@tokenstorm/core';
import type { ParsedScenario, Report, RunPlan } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import { checkDescriptors } from '@tokenstorm/worker';
import type { RunOptions } from '../flags/run-options.ts';
import { jsonReport } from '../reporters/json.ts';
import { textReport } from '../reporters/text.ts';
import { EmbeddedRun } from '../run/embedded-run.ts';
import type { EmbeddedResult } from '../run/embedded-run.ts';
import { exportReport } from '../run/export-report.ts';
import { listenForFaults } from '../run/faults.ts';
import { liveStatusOf } from '../run/live-status.ts';
import { loadScenario } from '../run/load-scenario.ts';
import { peakConnections, planRun } from '../run/plan.ts';
import { rehearse } from '../run/rehearsal.ts';
import { reportOf } from '../run/report-of.ts';
import { listenForStop } from '../run/signals.ts';
import { startSimulatorProcess } from '../run/simulator-process.ts';
import { numbered } from '../view/number-text.ts';
import { Progress } from '../view/progress.ts';
import { textWidth, wantsColours } from '../view/style.ts';
import { printPlan } from './print-plan.ts';

/** How long the process may go on after the report of a run that failed. */
const afterFailureMs = 1000;

/** `tokenstorm run`: measures what the scenario asks for, and reports. Returns the exit code. */
export async function runCommand(options: RunOptions): Promise<number> {
  await using simulator = options.withSim ? await startSimulatorProcess() : undefined;
  const parsed = loadScenario(options, process.env, {
    sendsRequests: !options.dryRun,
    ...(simulator !== undefined && { simulatorUrl: simulator.baseUrl }),
  });
  const plan = planRun(parsed.scenario, options.shards);
  if (options.dryRun) {
    printPlan(plan, options);
    return exitCodes.passed;
  }
  const notes = [...checkDescriptors(peakConnections(plan)), ...(await rehearse(plan, parsed.datasets))];
  const ended = await runEmbedded(plan, parsed, options);
  const report = reportOf(plan, ended, notes);
  process.stdout.write(
    options.json ? jsonReport(report) : textReport(report, layout(process.stdout, options)),
  );
  const allWritten = await writeExports(report, plan);
  return exitCode(report, ended, allWritten, plan, options);
}

async function runEmbedded(
  plan: RunPlan,
  { scenario, datasets }: ParsedScenario,
  options: RunOptions,
): Promise<EmbeddedResult> {
  const progress = options.progress === 'none' ? undefined : progressView(options);
  const toLiveStatus = liveStatusOf(scenario);
  let isStopping = false;
  const embedded = new EmbeddedRun({
    plan,
    datasets,
    environment: process.env,
    onStatus: (status) =>
      progress?.update({ ...toLiveStatus(status), ...(isStopping && { stage: 'draining' as const }) }),
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
    return await embedded.run();
  } finally {
    progress?.clear();
  }
}

function progressView(options: RunOptions): Progress {
  const stream = options.progress === 'lines' ? plainStream(process.stderr) : process.stderr;
  return new Progress({ stream, clock: systemClock, colours: layout(process.stderr, options).colours });
}

/** The same stream, taken for a file: one line now and then. */
function plainStream(stream: NodeJS.WriteStream) {
  return { isTTY: false, write: (text: string) => stream.write(text) };
}

function layout(stream: NodeJS.WriteStream, options: RunOptions) {
  return { width: textWidth(stream), colours: options.color && wantsColours(stream, process.env) };
}

/** Writes every export that can be written; says what became of each. */
async function writeExports(report: Report, plan: RunPlan): Promise<boolean> {
  let allWritten = true;
  for (const target of plan.scenario.exports) {
    try {
      const { path, replaced } = await exportReport(report, target);
      process.stderr.write(
        `Report written to ${path}${replaced ? ' (replaced the one that was there)' : ''}\n`,
      );
    } catch (error) {
      if (!(error instanceof TokenstormError)) throw error;
      process.stderr.write(`error: ${error.message}\n  hint: ${error.hint}\n`);
      allWritten = false;
    }
  }
  return allWritten;
}

function exitCode(
  report: Report,
  { failure }: EmbeddedResult,
  allWritten: boolean,
  plan: RunPlan,
  options: RunOptions,
): number {
  if (failure !== undefined) {
    process.stderr.write(`internal error: ${failure}\n`);
    // What failed may have left sockets or timers behind: they must not keep the process from ending.
    setTimeout(() => process.exit(exitCodes.internal), afterFailureMs).unref();
  }
  if (failure !== undefined || !allWritten) return exitCodes.internal;
  return exitCodeOf(report, {
    allowInvalid: plan.scenario.execution.onInvalid === 'warn',
    failOnSuspect: options.failOn === 'suspect',
  });
}
