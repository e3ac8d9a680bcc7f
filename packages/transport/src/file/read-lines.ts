import { createReadStream } from 'node:fs';
import { TokenstormError } from '@tokenstorm/core';

/** A longer line is none of ours. */
const maxLineCharacters = 64 * 1024 * 1024;

export interface FileLine {
  /** Without its line end. */
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** False for a last line without a line end: whoever wrote it was cut off, or is still writing. */
  readonly isWhole: boolean;
}

/**
 * The lines of a text file in UTF-8, one after the other, of its first `endByte` bytes where that is given. Rejects with
 * what the file system says, and with `E_FILE` for a line of more than 64 Mi characters.
 */
export async function* readLines(path: string, endByte = Infinity): AsyncGenerator<FileLine> {
  if (endByte <= 0) return;
  const stream = createReadStream(path, { encoding: 'utf8', end: endByte - 1, highWaterMark: 1 << 18 });
  let rest = '';
  let number = 0;
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = chunk.split('\n');
    lines[0] = rest + lines[0]!;
    rest = lines.pop()!;
    if (rest.length > maxLineCharacters) throw lineTooLong(path, number + lines.length + 1);
    for (const text of lines) yield { text, number: (number += 1), isWhole: true };
  }
  if (rest !== '') yield { text: rest, number: number + 1, isWhole: false };
}

function lineTooLong(path: string, number: number): TokenstormError {
  return new TokenstormError('E_FILE', `${path}: line ${number} has more than 64 Mi characters`);
}
