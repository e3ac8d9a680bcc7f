import { readFileSync, writeFileSync } from 'node:fs';

/** The documents that the benchmarks write their figures into. */
export const performanceFile = new URL('../../../docs/performance.md', import.meta.url);
export const clientsFile = new URL('../../../docs/clients.md', import.meta.url);

/** Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->` in a document. Throws where a mark is missing. */
export function writeBlock(name: string, text: string, file: URL = performanceFile): void {
  const document = readFileSync(file, 'utf8');
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = document.indexOf(opening);
  const end = document.indexOf(closing);
  if (start < 0 || end < start) throw new Error(`${file.pathname} has no block ${name}.`);
  const before = document.slice(0, start + opening.length);
  writeFileSync(file, `${before}\n\n${text}\n\n${document.slice(end)}`);
}
