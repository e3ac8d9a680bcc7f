import { readFileSync } from 'node:fs';
import { TokenstormError, readPriceFile } from '@tokenstorm/core';
import type { PriceBook } from '@tokenstorm/core';

/** The prices of a file; none without a path. Throws `E_FILE` where it cannot be read, and what is wrong in it. */
export function readPrices(path: string | undefined): { readonly prices?: PriceBook } {
  return path === undefined ? {} : { prices: readPriceFile(path, textOf(path)) };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TokenstormError('E_FILE', `cannot read the price file: ${reason}`, {
      hint: '--prices and TOKENSTORM_PRICES take the path of a YAML or JSON file: prices: { openai: { gpt-4o-mini: { input: 0.15, output: 0.6 } } }',
      cause,
    });
  }
}
