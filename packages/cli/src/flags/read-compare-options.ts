import { defined } from './defined.ts';
import { flagKey } from './flag.ts';
import { FlagValues } from './flag-values.ts';
import { readRunOptions } from './read-run-options.ts';
import type { RunOptions } from './run-options.ts';
import { usageError } from './usage-error.ts';

/** What `tokenstorm compare` was asked to do. */
export interface CompareOptions {
  /** The run, or with `sequential` each of the runs, with all targets in its scenario. */
  readonly run: RunOptions;
  /** File of the comparison; undefined for none. */
  readonly output?: string;
  readonly sequential: boolean;
  /** How often each target is measured; above 1 only with `sequential`. */
  readonly rounds: number;
}

type Parsed = Readonly<Record<string, unknown>>;

const mostRounds = 100;

/** The options of `tokenstorm compare` from what commander parsed. Throws `E_USAGE` errors that list every problem. */
export function readCompareOptions(argument: string | undefined, parsed: Parsed): CompareOptions {
  const values = new FlagValues(parsed);
  const config = values.text('--config');
  if (argument !== undefined && config !== undefined) values.problem('FILE and --config: choose one');
  const file = argument ?? config;
  const sequential = values.switchValue('--sequential') === true;
  const rounds = values.number('--rounds', { min: 1, max: mostRounds, integer: true }) ?? 1;
  if (rounds > 1 && !sequential) values.problem('--rounds needs --sequential');
  const output = values.text('--output');
  if (output === '-') values.problem('--output -: --json prints the comparison');
  const models = readModels(values);
  if (file === undefined && models.length === 0) throw nothingToCompare();
  values.assertValid();
  return { run: readRun(file, parsed, models), sequential, rounds, ...defined({ output }) };
}

/** A run of a comparison goes on to the next one, so it must not go on without this command. */
function readRun(file: string | undefined, parsed: Parsed, models: readonly string[]): RunOptions {
  const { [flagKey('--output')]: _output, ...rest } = parsed;
  const named = models.length === 0 ? {} : { [flagKey('--model')]: models };
  const run = readRunOptions(file, { ...rest, ...named });
  if (run.distributed?.detach === true) throw usageError(['--detach: a comparison waits for its runs']);
  return run;
}

function readModels(values: FlagValues): readonly string[] {
  const listed = values.all('--models').flatMap((text) => text.split(',').map((name) => name.trim()));
  if (listed.includes('')) values.problem('--models: expected names with commas between them');
  return [...new Set([...values.all('--model'), ...listed])];
}

function nothingToCompare() {
  return usageError(
    ['nothing to compare: name a scenario file, or models'],
    'such as --config scenario.yaml, or --url http://127.0.0.1:8000/v1 --models small,large --request-count 100',
  );
}
