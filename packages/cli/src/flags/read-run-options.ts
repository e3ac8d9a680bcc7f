import { runFlags } from './run-flags.ts';
import { FlagValues } from './flag-values.ts';
import { defined } from './defined.ts';
import { readJudgement } from './read-judgement.ts';
import { readLoad } from './read-load.ts';
import { readRequest } from './read-request.ts';
import { readTarget } from './read-target.ts';
import type { RunOptions } from './run-options.ts';

/**
 * The options of `tokenstorm run` from what commander parsed. Throws one `E_USAGE` error that names every flag that
 * is not supported yet, every value that cannot be read and every pair of flags that exclude each other.
 */
export function readRunOptions(
  file: string | undefined,
  parsed: Readonly<Record<string, unknown>>,
): RunOptions {
  const values = new FlagValues(parsed);
  refuseNotYet(values);
  const options = readAll(file, values);
  values.assertValid();
  return options;
}

function readAll(file: string | undefined, values: FlagValues): RunOptions {
  const withSim = values.switchValue('--with-sim') === true;
  if (withSim && values.isGiven('--url')) values.problem('--with-sim and --url: choose one');
  return {
    scenario: {
      ...readTarget(values),
      ...readLoad(values),
      ...readRequest(values),
      ...readJudgement(values),
    },
    withSim,
    json: values.switchValue('--json') === true,
    dryRun: values.switchValue('--dry-run') === true,
    progress: readProgress(values),
    color: values.switchValue('--no-color') !== false,
    failOn: values.oneOf('--fail-on', ['invalid', 'suspect']) ?? 'invalid',
    ...defined({ file, shards: values.number('--shards', { min: 1, max: 4096, integer: true }) }),
  };
}

function readProgress(values: FlagValues): RunOptions['progress'] {
  const ui = values.oneOf('--ui', ['dashboard', 'simple', 'none']) ?? 'dashboard';
  if (ui === 'none' || values.switchValue('--quiet') === true) return 'none';
  return ui === 'simple' ? 'lines' : 'live';
}

function refuseNotYet(values: FlagValues): void {
  for (const flag of runFlags) {
    if (flag.notYet === undefined || !values.isGiven(flag.name)) continue;
    values.problem(`${flag.name}: not supported yet${flag.notYet === '' ? '' : ` (${flag.notYet})`}`);
  }
  refuseOtherThan(values, '--client', 'wire');
  refuseOtherThan(values, '--processes', '1');
  refuseOtherThan(values, '--export-level', 'summary');
}

function refuseOtherThan(
  values: FlagValues,
  name: '--client' | '--processes' | '--export-level',
  supported: string,
): void {
  const value = values.text(name);
  if (value !== undefined && value !== supported) {
    values.problem(`${name} ${value}: not supported yet (only ${supported})`);
  }
}
