import type { Command } from 'commander';
import { addFlags } from './flags/add-flags.ts';
import { attachExamples, examples, stopExamples } from './flags/examples.ts';
import type { RunsOptions } from './flags/history-options.ts';
import type { ReportOptions } from './flags/report-options.ts';
import { attachFlags, stopFlags } from './flags/runs-flags.ts';
import type { AttachOptions, StopOptions } from './flags/runs-options.ts';
import { addHistoryCommands } from './history-commands.ts';

/** What the commands do that look at runs, here or over Redis. Each returns its exit code. */
export interface RunsHandlers {
  attach(options: AttachOptions): Promise<number>;
  stop(options: StopOptions): Promise<number>;
  runs(options: RunsOptions): Promise<number>;
  report(options: ReportOptions): Promise<number>;
}

type Parsed = Readonly<Record<string, unknown>>;
type Finish = (exitCode: number) => void;

const runArgument = 'id of the run, the beginning of one, or latest';

/** Adds the commands that look at runs; `finish` is told the exit code of the one that ran. */
export function addRunsCommands(program: Command, handlers: RunsHandlers, finish: Finish): void {
  addAttach(program, handlers, finish);
  addStop(program, handlers, finish);
  addHistoryCommands(program, handlers, finish);
}

function addAttach(program: Command, handlers: RunsHandlers, finish: Finish): void {
  addFlags(program.command('attach'), attachFlags)
    .summary('show a run over Redis as it goes, then its report')
    .description(
      'Shows the progress of a run over Redis and, at its end, its report; the exit code is that of the run. A run whose own command died before the start is led on. Ctrl-C leaves it: the run goes on.',
    )
    .argument('<RUN>', runArgument)
    .addHelpText('after', examples(attachExamples))
    .action(async (run: string, parsed: Parsed) => {
      const { readAttachOptions } = await import('./flags/runs-options.ts');
      finish(await handlers.attach(readAttachOptions(run, parsed, process.env)));
    });
}

function addStop(program: Command, handlers: RunsHandlers, finish: Finish): void {
  addFlags(program.command('stop'), stopFlags)
    .summary('end a run over Redis before its time')
    .description(
      'Lets a run over Redis start no more requests: those under way may finish within their graceful stop, or are cancelled (--now). Its report says that it was interrupted. One that never started is taken back.',
    )
    .argument('<RUN>', runArgument)
    .addHelpText('after', examples(stopExamples))
    .action(async (run: string, parsed: Parsed) => {
      const { readStopOptions } = await import('./flags/runs-options.ts');
      finish(await handlers.stop(readStopOptions(run, parsed, process.env)));
    });
}
