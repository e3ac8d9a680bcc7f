import { costFlags } from './cost-flags.ts';
import { distributedFlags } from './distributed-flags.ts';
import type { Flag } from './flag.ts';
import { loadFlags } from './load-flags.ts';
import { notYetFlags } from './not-yet-flags.ts';
import { promptFlags } from './prompt-flags.ts';
import { requestFlags } from './request-flags.ts';
import { resultFlags } from './result-flags.ts';
import { targetFlags } from './target-flags.ts';

/** Every flag of `tokenstorm run`, in the order of its help. */
export const runFlags: readonly Flag[] = [
  ...targetFlags,
  ...loadFlags,
  ...promptFlags,
  ...requestFlags,
  ...distributedFlags,
  ...costFlags,
  ...resultFlags,
  ...notYetFlags,
];
