import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Chunk } from './point-buffer.ts';

/** Small enough to be a good part of a write, large enough that a window is a few of them. */
const chunkLimits = { points: 500, bytes: 128 * 1024 };

/** Lines as chunks, made one by one; the event loop turns after each, and after each `undefined`, which is none. */
export async function chunksOf(lines: Iterable<string | undefined>): Promise<readonly Chunk[]> {
  const chunks: Chunk[] = [];
  let open: string[] = [];
  let length = 0;
  const close = () => {
    if (open.length > 0) chunks.push({ bytes: Buffer.from(open.join('\n')), points: open.length });
    [open, length] = [[], 0];
  };
  for (const line of lines) {
    await nextTurn();
    if (line === undefined) continue;
    if (open.length >= chunkLimits.points || length + line.length > chunkLimits.bytes) close();
    open.push(line);
    length += line.length + 1;
  }
  close();
  return chunks;
}
