import { fstatSync, writeSync } from 'node:fs';
import { cannotWrite, reasonOf } from './export-file.ts';

/**
 * Writes the result of a command to standard output, all of it. Throws `E_FILE` where the disk behind it is full: Node's own
 * stream does not notice there that it wrote a part only.
 */
export function writeOutput(content: string | Uint8Array): void {
  const { fd } = process.stdout;
  if (!isOnDisk(fd)) {
    process.stdout.write(content);
    return;
  }
  const bytes = Buffer.from(content);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
  } catch (cause) {
    throw cannotWrite(`cannot write to standard output: ${reasonOf(cause)}`, cause);
  }
}

/** Terminals, pipes and sockets may make a writer wait, which the stream knows how to do. */
function isOnDisk(descriptor: number): boolean {
  if (process.stdout.isTTY) return false;
  const found = fstatSync(descriptor);
  return found.isFile() || found.isCharacterDevice();
}
