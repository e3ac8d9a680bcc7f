import { availableParallelism } from 'node:os';
import type { Environment } from '@tokenstorm/core';
import type { Permissions } from '@tokenstorm/worker';
import { FlagValues } from './flag-values.ts';
import { readWorkerPermissions } from './read-permissions.ts';
import { durationMs, readService, textOr } from './service-options.ts';
import type { ServiceOptions } from './service-options.ts';

/** What `tokenstorm worker` was asked to be. */
export interface WorkerServiceOptions extends ServiceOptions {
  readonly region: string;
  /** 1: this process sends; more: it is the parent of those that do. */
  readonly processes: number;
  /** How long requests under way may take to finish at the end. */
  readonly graceMs: number;
  readonly permissions: Permissions;
}

const mostProcesses = 256;
/** The region of scenarios that name none. */
const defaultRegion = 'default';

/** The options of `tokenstorm worker` from what commander parsed. Throws one `E_USAGE` error that names every problem. */
export function readWorkerOptions(
  parsed: Readonly<Record<string, unknown>>,
  environment: Environment,
): WorkerServiceOptions {
  const values = new FlagValues(parsed);
  const options: WorkerServiceOptions = {
    ...readService(values, environment),
    region: textOr(values, '--region', environment['TOKENSTORM_REGION']) ?? defaultRegion,
    processes: readProcesses(values),
    graceMs: durationMs(values, '--grace', { max: 86_400_000 }) ?? 30_000,
    permissions: readWorkerPermissions(values, environment),
  };
  values.assertValid();
  return options;
}

function readProcesses(values: FlagValues): number {
  const text = values.text('--processes');
  if (text === undefined) return 1;
  if (text === 'auto') return Math.max(1, availableParallelism());
  const count = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= mostProcesses) return count;
  values.problem(
    `--processes ${text}: expected auto or a whole number of at least 1 and at most ${mostProcesses}`,
  );
  return 1;
}
