import type { Command } from 'commander';
import { addFlags } from './flags/add-flags.ts';
import {
  examples,
  runsDeleteExamples,
  runsExamples,
  runsPruneExamples,
  runsShowExamples,
  runsTagExamples,
  runsTrendExamples,
  runsUntagExamples,
} from './flags/examples.ts';
import type { RunsOptions } from './flags/history-options.ts';
import { reportFlags } from './flags/report-flags.ts';
import type { ReportOptions } from './flags/report-options.ts';
import { oneRunFlags, pruneFlags, runsFlags, trendFlags } from './flags/runs-flags.ts';

/** What the commands do that look at the history of runs. Each returns its exit code. */
export interface HistoryHandlers {
  runs(options: RunsOptions): Promise<number>;
  report(options: ReportOptions): Promise<number>;
}

type Parsed = Readonly<Record<string, unknown>>;
type Finish = (exitCode: number) => void;

const runArgument = 'id of the run, the beginning of one, latest, or a tag';

/** Adds `runs` and the commands under it; `finish` is told the exit code of the one that ran. */
export function addHistoryCommands(program: Command, handlers: HistoryHandlers, finish: Finish): void {
  const runs = program.command('runs').enablePositionalOptions().allowExcessArguments();
  addList(runs, handlers, finish);
  addTags(runs, handlers, finish);
  addShow(runs, handlers, finish);
  addTrend(runs, handlers, finish);
  addPrune(runs, handlers, finish);
  addDelete(runs, handlers, finish);
}

function addList(runs: Command, handlers: HistoryHandlers, finish: Finish): void {
  addFlags(runs, runsFlags)
    .summary('list the runs of this machine, and those over Redis')
    .description(
      'Lists the runs that ended on this machine, the newest first. With --redis, or TOKENSTORM_REDIS_URL, also those of the fleet: under way, and ended in the last 7 days, whose reports are kept here from then on. All commands below know them too.',
    )
    .addHelpText('after', examples(runsExamples))
    .action(async (parsed: Parsed) => {
      await checkCommand(runs);
      const { readListOptions } = await import('./flags/history-options.ts');
      finish(await handlers.runs(readListOptions(parsed, process.env)));
    });
}

/** What is no command arrives here as a word too many. */
async function checkCommand(runs: Command): Promise<void> {
  const [word] = runs.args;
  if (word === undefined) return;
  const { didYouMean } = await import('@tokenstorm/core');
  const { usageError } = await import('./flags/usage-error.ts');
  const names = runs.commands.map((command) => command.name()).filter((name) => name !== 'help');
  throw usageError([`tokenstorm runs ${word}: there is no such command`], didYouMean(word, names));
}

function addTags(runs: Command, handlers: HistoryHandlers, finish: Finish): void {
  const kinds = [
    ['tag', 'give a run tags to call it by', runsTagExamples],
    ['untag', 'take tags away from a run', runsUntagExamples],
  ] as const;
  for (const [action, summary, shown] of kinds) {
    addFlags(runs.command(action), oneRunFlags)
      .summary(summary)
      .description(`${tagText[action]} A tagged run stays when others are pruned.`)
      .argument('<RUN>', runArgument)
      .argument('<TAG...>', 'letters, digits, dots, - and _')
      .addHelpText('after', examples(shown))
      .action(async (run: string, tags: readonly string[], parsed: Parsed) => {
        const { readOneRunOptions } = await import('./flags/history-options.ts');
        finish(await handlers.runs(readOneRunOptions(action, [run, ...tags], parsed, process.env)));
      });
  }
}

const tagText = {
  tag: 'Gives a run tags: report, diff and the commands here find it by each. Several runs may have a tag: it means the one that got it last.',
  untag: 'Takes tags away from a run.',
} as const;

function addShow(runs: Command, handlers: HistoryHandlers, finish: Finish): void {
  addFlags(runs.command('show'), reportFlags)
    .summary('print the report of a run again; the same as tokenstorm report')
    .description('Prints the report of a run again. The exit code is the one that the run had.')
    .argument('<RUN>', runArgument)
    .addHelpText('after', examples(runsShowExamples))
    .action(async (run: string, parsed: Parsed) => {
      const { readReportOptions } = await import('./flags/report-options.ts');
      finish(await handlers.report(readReportOptions([run], parsed)));
    });
}

function addTrend(runs: Command, handlers: HistoryHandlers, finish: Finish): void {
  addFlags(runs.command('trend'), trendFlags)
    .summary('draw a figure over the latest runs of a name')
    .description(
      'Draws one figure over the latest runs of a name, the oldest first, beside what sets them apart: an invalid measurement, a verdict, another load, tags. Invalid runs are left out of the median.',
    )
    .addHelpText('after', examples(runsTrendExamples))
    .action(async (parsed: Parsed) => {
      const { readTrendOptions } = await import('./flags/history-options.ts');
      finish(await handlers.runs(readTrendOptions(parsed, process.env)));
    });
}

function addPrune(runs: Command, handlers: HistoryHandlers, finish: Finish): void {
  addFlags(runs.command('prune'), pruneFlags)
    .summary('delete old runs, tagged ones aside')
    .description(
      'Deletes the reports and snapshots of old runs on this machine. With both --keep and --older-than those go that are over both. Tagged runs stay, and do not count, unless --tagged is given.',
    )
    .addHelpText('after', examples(runsPruneExamples))
    .action(async (parsed: Parsed) => {
      const { readPruneOptions } = await import('./flags/history-options.ts');
      finish(await handlers.runs(readPruneOptions(parsed)));
    });
}

function addDelete(runs: Command, handlers: HistoryHandlers, finish: Finish): void {
  addFlags(runs.command('delete'), oneRunFlags)
    .summary('delete one run')
    .description('Deletes the report and the snapshots of a run on this machine.')
    .argument('<RUN>', runArgument)
    .addHelpText('after', examples(runsDeleteExamples))
    .action(async (run: string, parsed: Parsed) => {
      const { readOneRunOptions } = await import('./flags/history-options.ts');
      finish(await handlers.runs(readOneRunOptions('delete', [run], parsed, process.env)));
    });
}
