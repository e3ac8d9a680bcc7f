import type { Flag } from './flag.ts';
import { requestFlags } from './request-flags.ts';
import { resultFlags } from './result-flags.ts';
import { targetFlags } from './target-flags.ts';

/** Flags of a target that say how a load is sent. */
const ofLoad = new Set(['--no-preflight', '--client']);
/** What is judged after a run has no meaning for one request. */
const shared = new Set(['--json', '--no-color']);

/** Every flag of `tokenstorm probe`, in the order of its help. */
export const probeFlags: readonly Flag[] = [
  ...targetFlags.filter(({ name }) => !ofLoad.has(name)),
  ...requestFlags,
  ...resultFlags.filter(({ name }) => shared.has(name)),
];
