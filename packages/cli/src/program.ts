import { Command, CommanderError } from 'commander';
import { addFlags } from './flags/add-flags.ts';
import {
  examples,
  probeExamples,
  programExamples,
  reportExamples,
  runExamples,
  simExamples,
  validateExamples,
} from './flags/examples.ts';
import { normalizeArguments } from './flags/normalize-arguments.ts';
import { notYetCommands } from './flags/not-yet-commands.ts';
import type { Flag } from './flags/flag.ts';
import { probeFlags } from './flags/probe-flags.ts';
import { reportFlags } from './flags/report-flags.ts';
import type { ReportOptions } from './flags/report-options.ts';
import { initFlags } from './flags/init-flags.ts';
import { runFlags } from './flags/run-flags.ts';
import type { RunOptions } from './flags/run-options.ts';
import { aggregatorFlags } from './flags/aggregator-flags.ts';
import { workerFlags } from './flags/worker-flags.ts';
import { allRunsFlags, attachFlags, stopFlags } from './flags/runs-flags.ts';
import { addMeasureCommands, measureFlags } from './measure-commands.ts';
import type { MeasureHandlers } from './measure-commands.ts';
import { monitorFlags } from './flags/monitor-flags.ts';
import { addMonitorCommand } from './monitor-command.ts';
import type { MonitorHandlers } from './monitor-command.ts';
import { addDiffCommand } from './diff-command.ts';
import type { DiffHandler } from './diff-command.ts';
import { diffFlags } from './flags/diff-flags.ts';
import { addRunsCommands } from './runs-commands.ts';
import type { RunsHandlers } from './runs-commands.ts';
import { addServiceCommands } from './service-commands.ts';
import type { ServiceHandlers } from './service-commands.ts';
import { addStartCommands } from './start-commands.ts';
import type { StartHandlers } from './start-commands.ts';

/** What the commands do. Each returns its exit code; each loads what it needs itself, so that help starts fast. */
export interface Handlers
  extends DiffHandler, ServiceHandlers, RunsHandlers, MeasureHandlers, MonitorHandlers, StartHandlers {
  run(options: RunOptions): Promise<number>;
  probe(options: RunOptions): Promise<number>;
  report(options: ReportOptions): Promise<number>;
  validate(options: ValidateOptions): Promise<number>;
  /** Gets the words after `sim`: the simulator reads its own command line, and prints its own usage for `--help`. */
  sim(words: readonly string[]): Promise<number>;
}

export interface ValidateOptions {
  readonly file: string;
  /** The plan as JSON on stdout. */
  readonly json: boolean;
  readonly color: boolean;
}

/** Where help and errors go. */
export interface ProgramOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const usageExitCode = 2;
/** What the scripts of `tokenstorm completion` ask with. */
const completionRequest = '__complete';

/** Commands whose flags have other tools' names too. */
const flagsOf: Readonly<Record<string, readonly Flag[]>> = {
  run: runFlags,
  probe: probeFlags,
  report: reportFlags,
  diff: diffFlags,
  attach: attachFlags,
  stop: stopFlags,
  runs: allRunsFlags,
  init: initFlags,
  worker: workerFlags,
  aggregator: aggregatorFlags,
  ...measureFlags,
  monitor: monitorFlags,
};

/**
 * Runs the command that the arguments (without node and script) name and returns the process's exit code. Errors are
 * printed, never thrown: usage errors as one message with exit code 2, errors of ours with their own exit code,
 * anything else with its stack and 1.
 */
export async function runCommandLine(
  argv: readonly string[],
  handlers: Handlers,
  options: { version: string; output: ProgramOutput },
): Promise<number> {
  try {
    if (argv[0] === completionRequest) return await answerCompletion(argv.slice(1), handlers, options);
    const simWords = wordsForSim(argv);
    return await (simWords === undefined
      ? runProgram(argv, handlers, options)
      : runSim(simWords, handlers, options.output));
  } catch (error) {
    return reportFailure(error, argv, options.output);
  }
}

/** Answers a shell that asks what may come next: never an error, since nobody would see it. */
async function answerCompletion(
  words: readonly string[],
  handlers: Handlers,
  { version, output }: { version: string; output: ProgramOutput },
): Promise<number> {
  const { completionAnswer } = await import('./completion/answer.ts');
  const program = createProgram(handlers, { version, output, finish: () => {} });
  output.out(await completionAnswer(program, words, process.env));
  return 0;
}

/** The words after `sim`; undefined for other commands. */
function wordsForSim(argv: readonly string[]): readonly string[] | undefined {
  const [command, ...rest] = argv;
  if (command === 'help' && rest[0] === 'sim') return ['--help'];
  return command === 'sim' ? rest.map((word) => (word === '-h' ? '--help' : word)) : undefined;
}

async function runSim(words: readonly string[], handlers: Handlers, output: ProgramOutput): Promise<number> {
  const exitCode = await handlers.sim(words);
  if (words.includes('--help')) output.out(examples(simExamples));
  return exitCode;
}

async function runProgram(
  argv: readonly string[],
  handlers: Handlers,
  options: { version: string; output: ProgramOutput },
): Promise<number> {
  let exitCode = 0;
  const program = createProgram(handlers, { ...options, finish: (code) => (exitCode = code) });
  const [command, ...rest] = argv;
  const flags = command === undefined ? undefined : flagsOf[command];
  const normalized = flags === undefined ? argv : [command!, ...normalizeArguments(rest, flags)];
  await program.parseAsync(normalized, { from: 'user' });
  return exitCode;
}

interface ProgramSettings {
  readonly version: string;
  readonly output: ProgramOutput;
  /** Told the exit code of the command that ran. */
  readonly finish: (exitCode: number) => void;
}

/** The commander program; its parsing throws `CommanderError` where commander itself would end the process. */
function createProgram(handlers: Handlers, settings: ProgramSettings): Command {
  const program = new Command('tokenstorm')
    .description(
      'Load tester for streaming LLM APIs: every token timed, one report that says whether to trust it.',
    )
    .version(settings.version, '-V, --version')
    .configureOutput({ writeOut: settings.output.out, writeErr: settings.output.err })
    .configureHelp({ showGlobalOptions: false })
    // What follows the name of a command is for that command.
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText('after', examples(programExamples))
    .addHelpText('after', `Not yet: ${notYetCommands.join(', ')}`);
  addRun(program, handlers, settings);
  addMeasureCommands(program, handlers, settings.finish);
  addMonitorCommand(program, handlers, settings.finish);
  addReport(program, handlers, settings);
  addDiffCommand(program, handlers, settings.finish);
  addProbe(program, handlers, settings);
  addServiceCommands(program, handlers, settings.finish);
  addRunsCommands(program, handlers, settings.finish);
  addValidate(program, handlers, settings);
  addStartCommands(program, handlers, settings.finish);
  // Only listed here: what follows `sim` never reaches commander.
  program.command('sim').summary('start the simulated LLM server').helpOption(false);
  for (const name of notYetCommands) addNotYet(program, name);
  return program;
}

function addRun(program: Command, handlers: Handlers, { finish }: ProgramSettings): void {
  const command = addFlags(program.command('run'), runFlags);
  command
    .summary('load an API with a scenario file, or with what the flags say')
    .description(
      'Runs a scenario file, or without one the load that the flags describe, and reports. Flags go before what the file says. A flag [also …] has other names that mean the same.',
    )
    .argument('[FILE]', 'scenario file (YAML or JSON)')
    .addHelpText('after', examples(runExamples))
    .action(async (file: string | undefined, parsed: Readonly<Record<string, unknown>>) => {
      const { readRunOptions } = await import('./flags/read-run-options.ts');
      finish(await handlers.run(readRunOptions(file, parsed)));
    });
}

function addProbe(program: Command, handlers: Handlers, { finish }: ProgramSettings): void {
  addFlags(program.command('probe'), probeFlags)
    .summary('send one request to each target and show what was understood')
    .description(
      'Sends one request to each target of a scenario file, or to the one that the flags name, and shows the connection, the events, the times, the usage, the rate limits, and what a measurement would lack. Exit code 1 where a request failed.',
    )
    .argument('[FILE]', 'scenario file (YAML or JSON)')
    .addHelpText('after', examples(probeExamples))
    .action(async (file: string | undefined, parsed: Readonly<Record<string, unknown>>) => {
      const { readProbeOptions } = await import('./flags/read-probe-options.ts');
      finish(await handlers.probe(readProbeOptions(file, parsed)));
    });
}

function addReport(program: Command, handlers: Handlers, { finish }: ProgramSettings): void {
  addFlags(program.command('report'), reportFlags)
    .summary('print the report of a run again, or of several as one')
    .description(
      "Prints the report of a run from its snapshot log, also of one that was killed: up to its last second. Logs of several runs make one report over all their requests, each from its own run's start; logs of one run are parts of it. Percentiles are exact. A report's JSON is printed as text. The exit code is the one that the run had.",
    )
    .argument(
      '[RUN...]',
      'snapshot log or report (a file), or the id of a run in the store; with --redis also of one in Redis, the beginning of one, or latest',
    )
    .addHelpText('after', examples(reportExamples))
    .action(async (runs: readonly string[], parsed: Readonly<Record<string, unknown>>) => {
      const { readReportOptions } = await import('./flags/report-options.ts');
      finish(await handlers.report(readReportOptions(runs, parsed)));
    });
}

function addValidate(program: Command, handlers: Handlers, { finish }: ProgramSettings): void {
  program
    .command('validate')
    .summary('check a scenario file and print its plan')
    .description('Checks a scenario file, prints the resolved plan and sends nothing.')
    .argument('<FILE>', 'scenario file (YAML or JSON)')
    .option('--json', 'print the plan as JSON')
    .option('--no-color', 'no colours, as with NO_COLOR')
    .addHelpText('after', examples(validateExamples))
    .action(async (file: string, parsed: { json?: boolean; color: boolean }) => {
      finish(await handlers.validate({ file, json: parsed.json === true, color: parsed.color }));
    });
}

function addNotYet(program: Command, name: string): void {
  program
    .command(name, { hidden: true })
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async () => {
      const { usageError } = await import('./flags/usage-error.ts');
      throw usageError(
        [`tokenstorm ${name}: not supported yet`],
        'tokenstorm --help lists the commands there are',
      );
    });
}

async function reportFailure(
  error: unknown,
  argv: readonly string[],
  output: ProgramOutput,
): Promise<number> {
  if (error instanceof CommanderError) return commanderExitCode(error, argv, output);
  const { TokenstormError } = await import('@tokenstorm/core');
  if (error instanceof TokenstormError) {
    output.err(`error: ${error.message}\n${error.hint === undefined ? '' : `  hint: ${error.hint}\n`}`);
    return error.exitCode;
  }
  output.err(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

/** Commander has printed its message; help and version that were asked for are no errors. */
function commanderExitCode(error: CommanderError, argv: readonly string[], output: ProgramOutput): number {
  if (error.exitCode === 0) return 0;
  const [first = ''] = argv;
  if (error.code === 'commander.unknownCommand' && /\.(ya?ml|json)$/.test(first)) {
    output.err(`  hint: tokenstorm run ${first}\n`);
  }
  return usageExitCode;
}
