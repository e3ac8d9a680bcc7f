import type { Command } from 'commander';
import { addFlags } from './flags/add-flags.ts';
import { benchmarkFlags } from './flags/benchmark-flags.ts';
import { compareFlags } from './flags/compare-flags.ts';
import { benchmarkExamples, compareExamples, examples, profileExamples } from './flags/examples.ts';
import type { Flag } from './flags/flag.ts';
import { profileFlags } from './flags/profile-flags.ts';
import type { BenchmarkOptions } from './flags/read-benchmark-options.ts';
import type { CompareOptions } from './flags/read-compare-options.ts';
import type { RunOptions } from './flags/run-options.ts';

/** What the commands do that measure in a way of their own. Each returns its exit code. */
export interface MeasureHandlers {
  profile(options: RunOptions): Promise<number>;
  compare(options: CompareOptions): Promise<number>;
  benchmark(options: BenchmarkOptions): Promise<number>;
}

type Parsed = Readonly<Record<string, unknown>>;
type Finish = (exitCode: number) => void;

/** The flags of each, for other tools' names. */
export const measureFlags: Readonly<Record<string, readonly Flag[]>> = {
  profile: profileFlags,
  compare: compareFlags,
  benchmark: benchmarkFlags,
};

/** Adds the commands that measure in a way of their own; `finish` is told the exit code of the one that ran. */
export function addMeasureCommands(program: Command, handlers: MeasureHandlers, finish: Finish): void {
  addProfile(program, handlers, finish);
  addCompare(program, handlers, finish);
  addBenchmark(program, handlers, finish);
}

function addProfile(program: Command, handlers: MeasureHandlers, finish: Finish): void {
  addFlags(program.command('profile'), profileFlags)
    .summary('measure one model of one provider')
    .description(
      'Sends the same prompt to one model again and again (100 times where nobody says how often) and shows its latencies, tokens, cost and success rate. Flags are those of run.',
    )
    .addHelpText('after', examples(profileExamples))
    .action(async (parsed: Parsed) => {
      const { readProfileOptions } = await import('./flags/read-profile-options.ts');
      finish(await handlers.profile(readProfileOptions(parsed)));
    });
}

function addCompare(program: Command, handlers: MeasureHandlers, finish: Finish): void {
  addFlags(program.command('compare'), compareFlags)
    .summary('measure several models or providers and put them side by side')
    .description(
      'Measures every provider and model of a scenario file, or the models that the flags name, all at the same time or one after another, and prints one row for each: latencies, tokens per second, goodput, dollars per 1,000 good requests, tier, who is on the Pareto front, and which differences are more than chance.',
    )
    .argument('[FILE]', 'scenario file (YAML or JSON)')
    .addHelpText('after', examples(compareExamples))
    .action(async (file: string | undefined, parsed: Parsed) => {
      const { readCompareOptions } = await import('./flags/read-compare-options.ts');
      finish(await handlers.compare(readCompareOptions(file, parsed)));
    });
}

function addBenchmark(program: Command, handlers: MeasureHandlers, finish: Finish): void {
  addFlags(program.command('benchmark'), benchmarkFlags)
    .summary('ten prompts of growing length, one call each, with files of metrics')
    .description(
      'Sends ten prompts, from one word to long code, one after another, shows each call as it ends, and writes its metrics as JSON and CSV. Without --provider or --url it takes GLM where GLM_API_KEY is set, and asks otherwise.',
    )
    .addHelpText('after', examples(benchmarkExamples))
    .action(async (parsed: Parsed) => {
      const { readBenchmarkOptions } = await import('./flags/read-benchmark-options.ts');
      finish(await handlers.benchmark(readBenchmarkOptions(parsed)));
    });
}
