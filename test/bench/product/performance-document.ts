import { readFileSync, writeFileSync } from 'node:fs';

/** The document that the benchmarks write their figures into. */
export const performanceFile = new URL('../../../docs/performance.md', import.meta.url);

/** Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->` in it. Throws where a mark is missing. */
export function writeBlock(name: string, text: string): void {
  const document = readFileSync(performanceFile, 'utf8');
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = document.indexOf(opening);
  const end = document.indexOf(closing);
  if (start < 0 || end < start) throw new Error(`docs/performance.md has no block ${name}.`);
  const before = document.slice(0, start + opening.length);
  writeFileSync(performanceFile, `${before}\n\n${text}\n\n${document.slice(end)}`);
}
