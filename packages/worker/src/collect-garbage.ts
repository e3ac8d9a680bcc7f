import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects the garbage of start-up while nothing is measured. Left alone, V8 does it within the first second of the load,
 * and the pause of 10-40 ms stands in the tail of a short run.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
}
