import { exitCodes } from '@tokenstorm/core';
import type { Report } from '@tokenstorm/core';
import { runCommand } from '../commands/run.ts';
import type { BenchmarkRun } from '../flags/read-benchmark-options.ts';
import { askTarget } from '../run/ask-target.ts';
import { loadScenario } from '../run/load-scenario.ts';
import { printText } from '../run/print-text.ts';
import { layoutOf } from '../run/write-report.ts';
import { benchmarkLoad } from './benchmark-load.ts';
import { callLine } from './call-line.ts';
import { LiveCalls } from './live-calls.ts';
import { benchmarkPrompts } from './prompts.ts';
import { checkResultFiles, writeResults } from './result-files.ts';
import { resultsJson, resultsOf } from './results.ts';
import type { BenchmarkResults } from './results.ts';
import { resultsText } from './results-text.ts';

/** Sends the ten prompts, tells of each call as it ends, and writes the metrics. Returns the exit code of the run. */
export async function runBenchmark(given: BenchmarkRun): Promise<number> {
  const options = { ...given, run: await askTarget(given.run, given.asksFor) };
  const { instances, run } = options;
  const adjusted = { ...run, adjust: benchmarkLoad(instances) };
  if (run.dryRun) return runCommand(adjusted);
  const files = await checkResultFiles(options.folder, providerOf(options), { clobber: run.clobber });
  const of = benchmarkPrompts.length * instances;
  const isQuiet = run.progress === 'none';
  await using calls = await LiveCalls.open((call, number) => {
    if (!isQuiet) process.stderr.write(`${callLine(call, { number, of, instances })}\n`);
  });
  let results: BenchmarkResults | undefined;
  const exitCode = await runCommand(
    { ...adjusted, records: calls.path, progress: isQuiet ? 'none' : 'messages' },
    (finished) => {
      results = benchmarkResults(finished, calls, instances);
      show(results, finished, options);
    },
  );
  if (results === undefined) return exitCode;
  const isWritten = await writeResults(results, files);
  return isWritten ? exitCode : exitCodes.internal;
}

/** As the scenario has it; no simulator has been started for it. */
function providerOf({ run }: BenchmarkRun): string {
  const { scenario } = loadScenario(run, process.env, {
    sendsRequests: true,
    ...(run.withSim && { simulatorUrl: 'http://127.0.0.1' }),
  });
  return scenario.targets[0]?.provider ?? 'unknown';
}

function benchmarkResults(report: Report, calls: LiveCalls, instances: number): BenchmarkResults {
  const { run, validity, verdict, cost } = report;
  const target = run.workloads[0]?.targets[0] ?? '';
  const slash = target.indexOf('/');
  const facts = {
    provider: target.slice(0, slash),
    model: target.slice(slash + 1),
    run: run.id,
    instances,
    validity,
    verdict,
    cost,
    merged_from: [],
  };
  return resultsOf(calls.all(), facts, new Date());
}

function show(results: BenchmarkResults, report: Report, { run }: BenchmarkRun): void {
  if (run.json) process.stdout.write(resultsJson(results));
  else printText(resultsText(results, report, layoutOf(process.stdout, run.color)));
}
