import type { ValidityLevel } from '@tokenstorm/core';

/** What the user makes of an uncertain measurement: what a file says must not differ from the exit code. */
export interface Tolerance {
  /** An invalid measurement does not fail. */
  readonly allowInvalid: boolean;
  /** The lowest validity that fails. */
  readonly failOn: 'invalid' | 'suspect';
}

/** Whether a measurement of this validity ends in an exit code of its own. */
export function failsFor(level: ValidityLevel, { allowInvalid, failOn }: Tolerance): boolean {
  if (allowInvalid || level === 'valid') return false;
  return level === 'invalid' || failOn === 'suspect';
}
