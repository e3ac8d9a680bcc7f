import { exitCodes } from '@tokenstorm/core';
import type { ParsedScenario, Report } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import { checkComparable } from '../compare/check-comparable.ts';
import { comparisonOf } from '../compare/comparison.ts';
import type { Comparison } from '../compare/comparison.ts';
import { comparisonText } from '../compare/comparison-text.ts';
import { sameServerNotes } from '../compare/same-server-notes.ts';
import { SequentialRuns } from '../compare/sequential-runs.ts';
import type { ComparedRuns } from '../compare/sequential-runs.ts';
import type { CompareOptions } from '../flags/read-compare-options.ts';
import type { RunOptions } from '../flags/run-options.ts';
import { confirmCost } from '../run/confirm-cost.ts';
import { checkExports, exportManner } from '../run/export-file.ts';
import type { ExportFile } from '../run/export-file.ts';
import { loadScenario } from '../run/load-scenario.ts';
import { lookBefore } from '../run/look-before.ts';
import { planRun } from '../run/plan.ts';
import { printMessage, printText } from '../run/print-text.ts';
import { newRunId } from '../run/run-id.ts';
import { layoutOf } from '../run/write-report.ts';
import { comparisonWords, writeResult } from '../run/write-result.ts';
import { runCommand } from './run.ts';

/** `tokenstorm compare`: measures every target of a scenario and puts them beside each other. Returns the exit code. */
export async function compareCommand(options: CompareOptions): Promise<number> {
  const { run } = options;
  if (run.dryRun) return runCommand(run);
  const parsed = parsedOf(options);
  const { scenario } = parsed;
  checkComparable(scenario, options);
  const createdAtMs = systemClock.epochMs();
  const id = newRunId(createdAtMs);
  const file = await outputFile(options, { id, name: scenario.name });
  const runs = await (options.sequential ? runInTurn(options, parsed) : runTogether(options));
  if (runs.reports.length === 0) return runs.exitCode;
  const comparison = comparisonOf({
    id,
    name: scenario.name,
    createdAt: new Date(createdAtMs),
    mode: options.sequential ? 'sequential' : 'side_by_side',
    rounds: options.rounds,
    targets: scenario.targets,
    reports: runs.reports,
    notes: [...runs.notes, ...(options.sequential ? [] : sameServerNotes(scenario.targets))],
  });
  show(comparison, options);
  return (await write(comparison, file)) ? runs.exitCode : exitCodes.internal;
}

/** The scenario as a run would read it; no simulator has been started for it. */
function parsedOf({ run }: CompareOptions): ParsedScenario {
  return loadScenario(run, process.env, {
    sendsRequests: run.distributed === undefined,
    isDistributed: run.distributed !== undefined,
    ...(run.withSim && { simulatorUrl: 'http://127.0.0.1' }),
  });
}

async function outputFile(
  { output, run }: CompareOptions,
  named: { readonly id: string; readonly name: string },
): Promise<ExportFile | undefined> {
  if (output === undefined) return undefined;
  const [file] = await checkExports([{ format: 'json', path: output }], named, exportManner(run));
  return file;
}

async function runTogether({ run }: CompareOptions): Promise<ComparedRuns> {
  const reports: Report[] = [];
  const exitCode = await runCommand(run, (report) => void reports.push(report));
  return { reports, exitCode, notes: [] };
}

/** Before the first run all targets are looked at: one that is down is told at once, not after the others took their time. */
async function runInTurn(options: CompareOptions, parsed: ParsedScenario): Promise<ComparedRuns> {
  const { rounds } = options;
  const { scenario } = parsed;
  const run = await confirmed(options, parsed);
  const isHere = !run.withSim && run.distributed === undefined;
  if (isHere) await lookBefore(planRun(scenario), run, process.env);
  const say = (text: string) => {
    if (run.progress !== 'none' || text.startsWith('error:')) printMessage(`${text}\n`);
  };
  return new SequentialRuns(runCommand, say).run(run, scenario, rounds);
}

/** Asks once, for all runs together. */
async function confirmed({ run, rounds }: CompareOptions, parsed: ParsedScenario): Promise<RunOptions> {
  if (run.confirmOver === undefined) return run;
  const workloads = Array.from({ length: rounds }, () => parsed.scenario.workloads).flat();
  await confirmCost({ ...parsed, scenario: { ...parsed.scenario, workloads } }, run);
  return { ...run, confirmOver: { ...run.confirmOver, yes: true } };
}

function show(comparison: Comparison, { run }: CompareOptions): void {
  if (run.json) process.stdout.write(jsonOf(comparison));
  else printText(comparisonText(comparison, layoutOf(process.stdout, run.color)));
}

function jsonOf(comparison: Comparison): string {
  return `${JSON.stringify(comparison, null, 2)}\n`;
}

/** Says what became of the file, and whether it is written. */
async function write(comparison: Comparison, file: ExportFile | undefined): Promise<boolean> {
  return file === undefined || writeResult(jsonOf(comparison), file, comparisonWords);
}
