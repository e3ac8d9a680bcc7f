import type { Command } from 'commander';
import { addFlags } from './flags/add-flags.ts';
import { aggregatorFlags } from './flags/aggregator-flags.ts';
import type { AggregatorServiceOptions } from './flags/aggregator-options.ts';
import { aggregatorExamples, examples, workerExamples } from './flags/examples.ts';
import { workerFlags } from './flags/worker-flags.ts';
import type { WorkerServiceOptions } from './flags/worker-options.ts';

/** What the commands do that serve runs until they are told to end. Each returns its exit code. */
export interface ServiceHandlers {
  worker(options: WorkerServiceOptions): Promise<number>;
  aggregator(options: AggregatorServiceOptions): Promise<number>;
}

/** Adds the commands that serve runs over Redis; `finish` is told the exit code of the one that ran. */
export function addServiceCommands(
  program: Command,
  handlers: ServiceHandlers,
  finish: (exitCode: number) => void,
): void {
  addWorker(program, handlers, finish);
  addAggregator(program, handlers, finish);
}

function addWorker(program: Command, handlers: ServiceHandlers, finish: (exitCode: number) => void): void {
  addFlags(program.command('worker'), workerFlags)
    .summary('send for the runs of a region, until told to end')
    .description(
      'Sends what runs over Redis have for this region, of several runs at once, and shares their load evenly with the other workers there. Keys come from its own environment. SIGTERM or Ctrl-C: others go on with its part at once, requests under way finish, exit code 0; once more: ended at once. Redis gone for good: exit code 97, and what could not be committed is kept in a file for tokenstorm report.',
    )
    .addHelpText('after', examples(workerExamples))
    .action(async (parsed: Readonly<Record<string, unknown>>) => {
      const { readWorkerOptions } = await import('./flags/worker-options.ts');
      finish(await handlers.worker(readWorkerOptions(parsed, process.env)));
    });
}

function addAggregator(
  program: Command,
  handlers: ServiceHandlers,
  finish: (exitCode: number) => void,
): void {
  addFlags(program.command('aggregator'), aggregatorFlags)
    .summary('add up the runs over Redis, until told to end')
    .description(
      'Adds up what the workers of runs over Redis measured, of several runs at once: live figures, thresholds, windows for InfluxDB, and the report. Each run is added up by one aggregator; where that one dies or is told to end (SIGTERM or Ctrl-C), another goes on.',
    )
    .addHelpText('after', examples(aggregatorExamples))
    .action(async (parsed: Readonly<Record<string, unknown>>) => {
      const { readAggregatorOptions } = await import('./flags/aggregator-options.ts');
      finish(await handlers.aggregator(readAggregatorOptions(parsed, process.env)));
    });
}
