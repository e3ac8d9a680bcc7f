import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLines } from './read-lines.ts';
import type { FileLine } from './read-lines.ts';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tokenstorm-read-lines-'))));
afterEach(() => rm(folder, { recursive: true }));

async function linesOf(text: string, endByte?: number) {
  const path = join(folder, 'lines.txt');
  await writeFile(path, text);
  return all(readLines(path, endByte));
}

async function all(lines: AsyncIterable<FileLine>): Promise<FileLine[]> {
  const read: FileLine[] = [];
  for await (const line of lines) read.push(line);
  return read;
}

describe('readLines', () => {
  it('gives each line with its number, and says which one is cut', async () => {
    expect(await linesOf('a\n\nbc')).toEqual([
      { text: 'a', number: 1, isWhole: true },
      { text: '', number: 2, isWhole: true },
      { text: 'bc', number: 3, isWhole: false },
    ]);
    expect(await linesOf('a\n')).toEqual([{ text: 'a', number: 1, isWhole: true }]);
    expect(await linesOf('')).toEqual([]);
  });

  it('puts lines together that are longer than what is read at once, whatever their letters', async () => {
    const long = ['é'.repeat(300_001), '模'.repeat(200_001), 'z'];
    const lines = await linesOf(`${long.join('\n')}\n`);
    expect(lines.map(({ text }) => text)).toEqual(long);
  });

  it('reads no further than it is told', async () => {
    expect(await linesOf('one\ntwo\nthree\n', 8)).toEqual([
      { text: 'one', number: 1, isWhole: true },
      { text: 'two', number: 2, isWhole: true },
    ]);
    expect(await linesOf('one\n', 0)).toEqual([]);
  });

  it('rejects where there is no file', async () => {
    await expect(all(readLines(join(folder, 'none')))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
