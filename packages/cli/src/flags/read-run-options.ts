import type { Environment } from '@tokenstorm/core';
import { runFlags } from './run-flags.ts';
import { FlagValues } from './flag-values.ts';
import { defined } from './defined.ts';
import { readCost } from './read-cost.ts';
import { readDistributed } from './read-distributed.ts';
import { readJudgement } from './read-judgement.ts';
import { readHosts } from './read-permissions.ts';
import { readLoad } from './read-load.ts';
import { readProgress } from './read-progress.ts';
import { readPrompts } from './read-prompts.ts';
import { readRequest } from './read-request.ts';
import { readScoreTargets } from './read-score-targets.ts';
import { readTarget } from './read-target.ts';
import type { RunOptions } from './run-options.ts';
import { textOr } from './service-options.ts';

const mostProcesses = 256;

/**
 * The options of `tokenstorm run` from what commander parsed. Throws one `E_USAGE` error that names every flag that
 * is not supported yet, every value that cannot be read and every pair of flags that exclude each other. The environment is
 * looked at for TOKENSTORM_REDIS_URL, and only where `--redis` is given.
 */
export function readRunOptions(
  file: string | undefined,
  parsed: Readonly<Record<string, unknown>>,
  environment: Environment = process.env,
): RunOptions {
  const values = new FlagValues(parsed);
  refuseNotYet(values);
  const options = readAll(file, values, environment);
  values.assertValid();
  return options;
}

function readAll(file: string | undefined, values: FlagValues, environment: Environment): RunOptions {
  const withSim = values.switchValue('--with-sim') === true;
  if (withSim && values.isGiven('--url')) values.problem('--with-sim and --url: choose one');
  return {
    scenario: {
      ...readTarget(values),
      ...readLoad(values),
      ...readPrompts(values),
      ...readRequest(values),
      ...readJudgement(values),
      ...readScoreTargets(values),
    },
    withSim,
    preflight: values.switchValue('--no-preflight') !== false,
    json: values.switchValue('--json') === true,
    debug: values.switchValue('--debug') === true,
    dryRun: values.switchValue('--dry-run') === true,
    progress: readProgress(values),
    color: values.switchValue('--no-color') !== false,
    ...readCost(values),
    failOn: values.oneOf('--fail-on', ['invalid', 'suspect']) ?? 'invalid',
    ...defined({
      file,
      shards: values.number('--shards', { min: 1, max: 4096, integer: true }),
      processes: readProcesses(values),
      snapshotLog: readSnapshotLog(values),
      auditLog: readAuditLog(values, environment),
      clobber: values.switchValue('--no-clobber'),
      github: values.switchValue('--github'),
      hosts: readHosts(values, environment),
      distributed: readDistributed(values, environment),
    }),
  };
}

function readSnapshotLog(values: FlagValues): string | false | undefined {
  if (values.switchValue('--no-snapshot-log') === false) return false;
  const path = values.text('--snapshot-log');
  return path === '' ? values.problem('--snapshot-log: expected a path') : path;
}

/** `off` for none. */
function readAuditLog(values: FlagValues, environment: Environment): string | false | undefined {
  const path = textOr(values, '--audit-log', environment['TOKENSTORM_AUDIT_LOG']);
  if (path === undefined && values.isGiven('--audit-log'))
    return values.problem('--audit-log: expected a path or off');
  return path === 'off' ? false : path;
}

function readProcesses(values: FlagValues): number | 'auto' | undefined {
  const text = values.text('--processes');
  if (text === undefined || text === 'auto') return text;
  const count = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(count) && count >= 1 && count <= mostProcesses) return count;
  return values.problem(
    `--processes ${text}: expected auto or a whole number of at least 1 and at most ${mostProcesses}`,
  );
}

function refuseNotYet(values: FlagValues): void {
  for (const flag of runFlags) {
    if (flag.notYet === undefined || !values.isGiven(flag.name)) continue;
    values.problem(`${flag.name}: not supported yet${flag.notYet === '' ? '' : ` (${flag.notYet})`}`);
  }
}
