import type { EventEmitter } from 'node:events';

/**
 * Hears of what was thrown where nobody could catch it, such as in the callback of a socket or timer, until disposed: the
 * run ends with it, and its report is written all the same. `emitter` is the process but in tests.
 */
export function listenForFaults(
  onFault: (description: string) => void,
  emitter: Pick<EventEmitter, 'on' | 'off'> = process,
): Disposable {
  const listener = (cause: unknown) =>
    onFault(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  emitter.on('uncaughtException', listener);
  return { [Symbol.dispose]: () => void emitter.off('uncaughtException', listener) };
}
