import { readFileSync } from 'node:fs';

/**
 * Whether this process belongs to the job at the front of its terminal. Whoever is not must not change the terminal: the kernel
 * would stop the whole job. True where the system does not say.
 */
export function isInForeground(): boolean {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [, , group, , , front] = fields;
    return front === undefined || front === '-1' || group === front;
  } catch {
    return true;
  }
}
