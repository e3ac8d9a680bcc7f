import type { Environment, RunPlan } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import { checkPermissions, checkSdks, checkTokenizer, EgressPolicy, preflight } from '@tokenstorm/worker';
import type { Permissions } from '@tokenstorm/worker';
import { defined } from '../flags/defined.ts';
import type { RunOptions } from '../flags/run-options.ts';

/** What was found before a run on this machine starts. */
export interface LookBefore {
  /** What its scenario may do here. */
  readonly permissions: Permissions;
  /** What may be wrong with its targets. */
  readonly doubts: readonly string[];
}

/** Looks whether a run can do, and may do, what its scenario asks. Rejects with a `TokenstormError` where not; nothing was sent then. */
export async function lookBefore(
  { scenario }: RunPlan,
  options: Pick<RunOptions, 'hosts' | 'preflight'>,
  environment: Environment,
): Promise<LookBefore> {
  await checkTokenizer(scenario.execution.tokenizer);
  await checkSdks(scenario);
  const permissions = defined({ hosts: options.hosts });
  for (const { name } of scenario.regions) await checkPermissions(scenario, name, permissions, environment);
  const egress = new EgressPolicy(options.hosts);
  const doubts = options.preflight ? await preflight(scenario, environment, systemClock, egress) : [];
  return { permissions, doubts };
}
