import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What of the product is run: the TypeScript sources, as from a clone, or the JavaScript that `tsc -b` writes, as published. */
export type ProductEntry = 'source' | 'built';

const root = new URL('../../../', import.meta.url);
const builtMain = fileURLToPath(new URL('packages/cli/dist/main.js', root));

/** The words that start `tokenstorm`: node, its flags as the root package.json's script `tokenstorm` has them, and the main file. */
export function productCommand(entry: ProductEntry): readonly string[] {
  const { flags, main } = scriptParts();
  if (entry === 'source') return [process.execPath, ...flags, fileURLToPath(new URL(main, root))];
  return [process.execPath, ...flags.filter((flag) => !flag.startsWith('--conditions')), builtMain];
}

function scriptParts(): { readonly flags: readonly string[]; readonly main: string } {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  const [, ...words] = String(scripts.tokenstorm).split(' ');
  const flags = words.filter((word) => word.startsWith('--'));
  const main = words.find((word) => word.endsWith('main.ts'));
  if (main === undefined) throw new Error('The script "tokenstorm" of package.json names no main.ts.');
  return { flags, main };
}
