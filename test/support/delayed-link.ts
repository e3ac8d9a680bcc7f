import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endOf } from './namespaces.ts';
import type { Namespace } from './namespaces.ts';
import { untilPrinted } from './printed-line.ts';

const program = fileURLToPath(new URL('delayed-link.py', import.meta.url));

/** One end of a link. */
export interface LinkEnd {
  readonly namespace: Namespace;
  readonly address: string;
}

/** A link between two namespaces that takes `oneWayMs` in each direction. Disposing ends it, with its devices. */
export async function delayedLink(oneWayMs: number, one: LinkEnd, other: LinkEnd): Promise<AsyncDisposable> {
  const words = [one, other].flatMap(({ namespace, address }) => [String(namespace.pid), address]);
  const child: ChildProcess = spawn('python3', [program, String(oneWayMs), ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await untilPrinted(child, 'ready');
  return { [Symbol.asyncDispose]: () => endOf(child) };
}
