import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A fenced block of a document. */
export interface Block {
  /** Relative to the checkout. */
  readonly file: string;
  /** Of its first line inside. */
  readonly line: number;
  /** What stands behind the opening fence; empty for nothing. */
  readonly language: string;
  readonly text: string;
}

const top = fileURLToPath(new URL('../../../', import.meta.url));

/** Everything that is written for people to read, relative to the checkout. */
export const documents: readonly string[] = [
  ...globSync('*.md', { cwd: top }),
  ...globSync('docs/*.md', { cwd: top }),
  ...globSync('deploy/**/*.md', { cwd: top }),
].toSorted();

/** The fenced blocks of a document. Throws where one does not end. */
export function blocksOf(file: string): readonly Block[] {
  const lines = readFileSync(top + file, 'utf8').split('\n');
  const blocks: Block[] = [];
  for (let number = 0; number < lines.length; number++) {
    const language = /^ *```(\w*)/.exec(lines[number]!)?.[1];
    if (language === undefined) continue;
    const end = lines.findIndex((line, index) => index > number && /^ *```$/.test(line));
    if (end === -1) throw new Error(`${file}:${number + 1}: this block does not end`);
    blocks.push({ file, line: number + 2, language, text: lines.slice(number + 1, end).join('\n') });
    number = end;
  }
  return blocks;
}
