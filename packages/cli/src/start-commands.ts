import type { Command } from 'commander';
import { addFlags } from './flags/add-flags.ts';
import { completionExamples, examples, initExamples } from './flags/examples.ts';
import { initFlags } from './flags/init-flags.ts';
import type { InitOptions } from './flags/init-options.ts';

/** What the commands do that one starts with. Each returns its exit code. */
export interface StartHandlers {
  init(options: InitOptions): Promise<number>;
  /** Gets the name of a shell. */
  completion(shell: string): Promise<number>;
}

type Parsed = Readonly<Record<string, unknown>>;
type Finish = (exitCode: number) => void;

/** Adds the commands that one starts with; `finish` is told the exit code of the one that ran. */
export function addStartCommands(program: Command, handlers: StartHandlers, finish: Finish): void {
  addInit(program, handlers, finish);
  addCompletion(program, handlers, finish);
}

function addInit(program: Command, handlers: StartHandlers, finish: Finish): void {
  addFlags(program.command('init'), initFlags)
    .summary('write a scenario file to start from')
    .description(
      'Writes a scenario file with comments, and questions for it, and says what to do next. Without flags it is for the simulated server.',
    )
    .argument('[FILE]', 'where to write it (default: tokenstorm.yaml)')
    .addHelpText('after', examples(initExamples))
    .action(async (file: string | undefined, parsed: Parsed) => {
      const { readInitOptions } = await import('./flags/init-options.ts');
      finish(await handlers.init(readInitOptions(file, parsed)));
    });
}

function addCompletion(program: Command, handlers: StartHandlers, finish: Finish): void {
  addFlags(program.command('completion'), [])
    .summary('print what makes a shell complete the commands')
    .description(
      'Prints a script that makes a shell complete commands, flags, their values, files, and the runs of this machine.',
    )
    .argument('<SHELL>', 'bash, zsh, fish or powershell')
    .addHelpText('after', examples(completionExamples))
    .action(async (shell: string) => {
      finish(await handlers.completion(shell));
    });
}
