import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that a test started, on this machine's loopback. Disposing ends it and forgets its data. */
export interface Service extends AsyncDisposable {
  readonly port: number;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>;
  /** Starts it again after `stop` or `kill`, at the same port with the data that it kept; resolves when it can be asked. */
  start(): Promise<void>;
}

/** How a kind of server is run. */
export interface ServiceKind {
  readonly image: string;
  readonly command: (port: number, host: string) => readonly string[];
  readonly files:
    | Readonly<Record<string, string>>
    | ((port: number, host: string) => Readonly<Record<string, string>>);
  /** Asked once its port is open; may reject while it is not ready. */
  readonly isReady: (port: number) => Promise<boolean>;
}

const patienceMs = 30_000;

export function filesOf(
  { files }: ServiceKind,
  port: number,
  host: string,
): Readonly<Record<string, string>> {
  return typeof files === 'function' ? files(port, host) : files;
}

/** A port that is free now and that the kernel gives to nobody by itself, so that it stays free while the server is down. */
export async function ownPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
}

/** Resolves when the server can be asked. Rejects, with what it said, where it has ended or does not come up. */
export async function untilReady(
  { isReady }: ServiceKind,
  port: number,
  whatHappened: () => string | undefined,
  host = '127.0.0.1',
): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    const ended = whatHappened();
    if (ended !== undefined) throw new Error(ended);
    if ((await isOpen(host, port)) && (await isReady(port).catch(() => false))) return;
    if (performance.now() > deadlineMs) throw new Error(`Nothing answers at port ${port}.`);
    await sleep(10);
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const isListening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port === port));
  });
  await new Promise((resolve) => server.close(resolve));
  return isListening;
}

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
