import type { Command } from 'commander';
import { addFlags } from './flags/add-flags.ts';
import { diffFlags } from './flags/diff-flags.ts';
import type { DiffOptions } from './flags/diff-options.ts';
import { diffExamples, examples } from './flags/examples.ts';

/** What `tokenstorm diff` does. Returns its exit code. */
export interface DiffHandler {
  diff(options: DiffOptions): Promise<number>;
}

/** Adds `diff`; `finish` is told its exit code. */
export function addDiffCommand(
  program: Command,
  handlers: DiffHandler,
  finish: (exitCode: number) => void,
): void {
  addFlags(program.command('diff'), diffFlags)
    .summary('say what is better or worse than in earlier runs')
    .description(
      'Compares the runs of two sides figure by figure: the change, its confidence interval, and whether it is better, worse, no difference, or cannot be told. A figure is worse where its interval excludes 0; a limit is broken where the change also exceeds it (exit code 99). A run is a report (JSON), a snapshot log, or the id or tag of one that was kept.',
    )
    .argument(
      '[RUN...]',
      'BASE and NEW; several runs of a side with commas between, or with --base and --new',
    )
    .addHelpText('after', examples(diffExamples))
    .action(async (runs: readonly string[], parsed: Readonly<Record<string, unknown>>) => {
      const { readDiffOptions } = await import('./flags/diff-options.ts');
      finish(await handlers.diff(readDiffOptions(runs, parsed)));
    });
}
