import { dirname, join } from 'node:path';
import type { Environment } from '@tokenstorm/core';
import { runsFolder } from '../run/snapshot-store.ts';

/** The database of this user's runs on this machine: beside the folder of their snapshot logs. */
export function historyPath(environment: Environment): string {
  return join(dirname(runsFolder(environment)), 'history.sqlite');
}

/** Whether runs are to be remembered: not where `TOKENSTORM_HISTORY` is `off`. */
export function wantsHistory({ TOKENSTORM_HISTORY = '' }: Environment): boolean {
  return TOKENSTORM_HISTORY.trim().toLowerCase() !== 'off';
}
