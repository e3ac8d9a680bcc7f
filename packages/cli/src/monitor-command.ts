import type { Command } from 'commander';
import { addFlags } from './flags/add-flags.ts';
import { examples, monitorExamples } from './flags/examples.ts';
import { monitorFlags } from './flags/monitor-flags.ts';
import type { MonitorOptions } from './flags/monitor-options.ts';

/** What `tokenstorm monitor` does. Returns its exit code. */
export interface MonitorHandlers {
  monitor(options: MonitorOptions): Promise<number>;
}

/** Adds `monitor`; `finish` is told its exit code. */
export function addMonitorCommand(
  program: Command,
  handlers: MonitorHandlers,
  finish: (exitCode: number) => void,
): void {
  addFlags(program.command('monitor'), monitorFlags)
    .summary('talk to a model and see how fast it answers, or watch it unattended')
    .description(
      'Without --every: sends what you type, one prompt at a time, shows each answer as it comes with its times, tokens and cost, and answers stats, save, csv and help. With --every: sends the prompt again and again to each target, keeps rolling windows and hourly statistics, and raises alerts. Exit code 99 where an alert fires.',
    )
    .argument('[FILE]', 'scenario file (YAML or JSON); interactive: its first target')
    .addHelpText('after', examples(monitorExamples))
    .action(async (file: string | undefined, parsed: Readonly<Record<string, unknown>>) => {
      const { readMonitorOptions } = await import('./flags/monitor-options.ts');
      finish(await handlers.monitor(readMonitorOptions(file, parsed, process.env)));
    });
}
