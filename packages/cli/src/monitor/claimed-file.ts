import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { TokenstormError } from '@tokenstorm/core';

/**
 * Keeps a file that is there for this process, until it is disposed of or the process ends, however it ends. Rejects with `E_FILE` where
 * another process of this machine has it; of one in another container nothing is known. Only Linux and Windows have names that
 * go with their process: elsewhere nobody is kept out.
 */
export async function claimFile(path: string): Promise<AsyncDisposable> {
  const name = nameOf(await realpath(path));
  const server = createServer((socket) => socket.destroy()).unref();
  const claim = new AsyncDisposableStack();
  if (name === undefined) return claim;
  try {
    await once(server.listen(name), 'listening');
    claim.use(server);
    return claim;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') return claim;
    throw new TokenstormError('E_FILE', `${path} is in use by another monitor`, {
      hint: '--name, --output-dir or --state gives each its own files, --no-files none',
      cause,
    });
  }
}

/** Of a socket without a file, which a crash would leave behind. */
function nameOf(path: string): string | undefined {
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 32);
  if (process.platform === 'linux') return `\0tokenstorm-${hash}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\tokenstorm-${hash}` : undefined;
}
