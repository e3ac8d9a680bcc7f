import { createRequire } from 'node:module';
import type * as Undici from 'undici';

let library: typeof Undici | undefined;

/** Undici, loaded when it is first needed: most runs never do, and it costs 20 MB and 50 ms. */
export function undici(): typeof Undici {
  library ??= createRequire(import.meta.url)('undici') as typeof Undici;
  return library;
}
