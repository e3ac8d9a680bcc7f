import type { Flag } from './flag.ts';
import { runFlags } from './run-flags.ts';

/** Requests of a profile where nobody says how many, or how long. */
export const profileIterations = 100;

const changed: Readonly<Record<string, Partial<Flag>>> = {
  '--model': { description: 'model to ask for' },
  '--request-count': { description: `requests in all (default ${profileIterations})` },
};

/** Every flag of `tokenstorm profile`: those of `run`. */
export const profileFlags: readonly Flag[] = runFlags.map((flag) => ({ ...flag, ...changed[flag.name] }));
