import type { Environment } from '@tokenstorm/core';
import { benchmarkMaxTokens, mostInstances } from './benchmark-flags.ts';
import { flagKey } from './flag.ts';
import { FlagValues } from './flag-values.ts';
import { readRunOptions } from './read-run-options.ts';
import type { RunOptions } from './run-options.ts';
import { targetOf } from './target-or-question.ts';
import type { TargetQuestion } from './target-or-question.ts';

/** What `tokenstorm benchmark` was asked to do. */
export type BenchmarkOptions = BenchmarkRun | BenchmarkMerge;

/** Send the ten prompts. */
export interface BenchmarkRun {
  readonly kind: 'run';
  /** The run of one instance, with the target as far as it is known: `asksFor` says what is not. */
  readonly run: RunOptions;
  readonly instances: number;
  readonly folder: string;
  /** What only the user can say. */
  readonly asksFor: readonly TargetQuestion[];
}

/** Send nothing, and put files together. */
export interface BenchmarkMerge {
  readonly kind: 'merge';
  readonly files: readonly string[];
  readonly folder: string;
  readonly json: boolean;
  readonly color: boolean;
  /** False for `--no-clobber`. */
  readonly clobber: boolean;
}

type Parsed = Readonly<Record<string, unknown>>;

/** The options of `tokenstorm benchmark` from what commander parsed. Throws `E_USAGE` errors that list every problem. */
export function readBenchmarkOptions(
  parsed: Parsed,
  environment: Environment = process.env,
): BenchmarkOptions {
  const values = new FlagValues(parsed);
  const folder = values.text('--output-dir') ?? '.';
  if (folder.trim() === '') values.problem('--output-dir: expected a folder');
  if (values.isGiven('--merge')) return readMerge(values, folder);
  const instances = values.number('--instances', { min: 1, max: mostInstances, integer: true }) ?? 1;
  if (values.all('--model').length > 1) values.problem('--model: a benchmark is of one model');
  values.assertValid();
  const target = targetOf(values, environment);
  const run = readRunOptions(undefined, { ...parsed, ...loadValues(values), ...target.values }, environment);
  return { kind: 'run', run, instances, folder, asksFor: target.asksFor };
}

/** One instance: its ten prompts stand in for the given one later. */
function loadValues(values: FlagValues): Parsed {
  return {
    [flagKey('--request-count')]: ['10'],
    [flagKey('--concurrency')]: ['1'],
    ...(values.isGiven('--max-tokens') ? {} : { [flagKey('--max-tokens')]: [String(benchmarkMaxTokens)] }),
  };
}

function readMerge(values: FlagValues, folder: string): BenchmarkMerge {
  for (const name of ['--instances', '--provider', '--url', '--model', '--with-sim'] as const) {
    if (values.isGiven(name)) values.problem(`${name} and --merge: a merge sends nothing`);
  }
  const files = values.all('--merge');
  if (files.some((file) => file.trim() === '')) values.problem('--merge: expected CSV files');
  values.assertValid();
  return {
    kind: 'merge',
    files,
    folder,
    json: values.switchValue('--json') === true,
    color: values.switchValue('--no-color') !== false,
    clobber: values.switchValue('--no-clobber') !== false,
  };
}
