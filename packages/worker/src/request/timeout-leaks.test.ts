import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { text } from '../stream/__fixtures__/chat-stream.ts';
import { head } from './__fixtures__/request-setup.ts';
import type { Leftovers } from './__fixtures__/timed-out-requests.ts';

const script = fileURLToPath(new URL('__fixtures__/timed-out-requests.ts', import.meta.url));

/** Answers as the path of the request says, and never to its end. What is no request (TLS, CONNECT) is not answered. */
function serve(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  socket.once('data', (bytes: Buffer) => {
    const [, path = ''] = /^POST (\/[a-z-]+)\//.exec(bytes.toString('latin1')) ?? [];
    const location = `http://127.0.0.1:${socket.localPort}/silent/there`;
    if (path === '/first-token') socket.write(head() + text('a'));
    if (path === '/moved')
      socket.write(
        `HTTP/1.1 307 X\r\nconnection: close\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`,
      );
  });
}

describe('requests that time out', () => {
  it('leave nothing behind: no descriptor, no timer, no memory', { timeout: 60_000 }, async () => {
    const server = createServer(serve);
    await new Promise<void>((resolve) =>
      server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, resolve),
    );
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const flags = ['--expose-gc', '--conditions=source', '--disable-warning=ExperimentalWarning'];
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, origin]);
    server.close();
    const phases = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Leftovers);
    expect(phases.map(({ phase, outcomes }) => [phase, outcomes])).toEqual([
      [
        'own client',
        {
          'connect-timeout': 2500,
          'first-token-timeout': 2500,
          'idle-timeout': 2500,
          'request-timeout': 2500,
        },
      ],
      ['through undici', { 'first-token-timeout': 500, 'connect-timeout': 500 }],
      ["by the vendors' SDKs", { 'first-token-timeout': 500, 'request-timeout': 500 }],
    ]);
    for (const { phase, before, after } of phases) {
      expect({ phase, ...after, heapBytes: 0 }).toEqual({ phase, ...before, heapBytes: 0 });
      expect(after.deadlines).toBe(0);
      // A request with its sockets takes kilobytes. The allowance is for code that was compiled meanwhile.
      expect({ phase, grew: after.heapBytes - before.heapBytes > 1_000_000 }).toEqual({ phase, grew: false });
    }
  });
});
