import type { EventEmitter } from 'node:events';
import { TokenstormError } from '@tokenstorm/core';
import { fromRemoteError, toRemoteError } from './remote-error.ts';
import type { RemoteError } from './remote-error.ts';

/**
 * One end of the channel between a process and its child, forked with `serialization: 'advanced'`: `process` in the child,
 * the `ChildProcess` in the parent. Messages arrive once each, in order.
 */
export interface IpcChannel extends Pick<EventEmitter, 'on' | 'off'> {
  send?(message: object, callback?: (error: Error | null) => void): boolean;
}

/**
 * What one end lets the other call: by name, with one argument and a signal that aborts when the caller gives up. Its reason
 * is the caller's where that is a text, and `lost` where the caller is gone.
 */
export type Procedures = Readonly<Record<string, (argument: never, signal: AbortSignal) => Promise<unknown>>>;

type Message =
  | { readonly ipc: 'call'; readonly id: number; readonly name: string; readonly argument: unknown }
  | { readonly ipc: 'cancel'; readonly id: number; readonly reason?: string }
  | { readonly ipc: 'value'; readonly id: number; readonly value: unknown }
  | { readonly ipc: 'error'; readonly id: number; readonly error: RemoteError };

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: Error) => void;
}

/** Calls in both directions over one channel. Other messages pass it by. */
export class RemoteCalls<Remote extends Procedures> {
  readonly #channel: IpcChannel;
  readonly #procedures: Procedures;
  readonly #pending = new Map<number, Pending>();
  /** Calls of the other end that are being answered. */
  readonly #answering = new Map<number, AbortController>();
  #lastId = 0;
  #isGone = false;

  /** `onGone` is called when the other end is gone, before the calls that it has not answered reject. */
  constructor(channel: IpcChannel, procedures: Procedures, onGone: () => void = () => {}) {
    this.#channel = channel;
    this.#procedures = procedures;
    channel.on('message', (message: Partial<Message>) => {
      if (message?.ipc !== undefined) this.#receive(message as Message);
    });
    channel.on('disconnect', () => {
      this.#isGone = true;
      onGone();
      for (const { reject } of this.#pending.values()) reject(gone());
      this.#pending.clear();
      // Nobody is left to hear of these.
      for (const caller of this.#answering.values()) caller.abort('lost');
    });
  }

  /** Rejects as the procedure did, or with `E_INTERNAL` where the other end is gone. A signal only tells the procedure. */
  call<Name extends keyof Remote & string>(
    name: Name,
    argument: Parameters<Remote[Name]>[0],
    signal?: AbortSignal,
  ): Promise<Awaited<ReturnType<Remote[Name]>>> {
    if (this.#isGone) return Promise.reject(gone());
    this.#lastId += 1;
    const id = this.#lastId;
    const cancel = () => this.#send({ ipc: 'cancel', id, ...reasonOf(signal) });
    const answer = new Promise<Awaited<ReturnType<Remote[Name]>>>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as Pending['resolve'], reject });
      this.#send({ ipc: 'call', id, name, argument });
      if (signal?.aborted === true) cancel();
      else signal?.addEventListener('abort', cancel, { once: true });
    });
    return answer.finally(() => {
      this.#pending.delete(id);
      signal?.removeEventListener('abort', cancel);
    });
  }

  #receive(message: Message): void {
    const { id } = message;
    if (message.ipc === 'call') void this.#answer(message);
    else if (message.ipc === 'cancel') this.#answering.get(id)?.abort(message.reason);
    else if (message.ipc === 'value') this.#pending.get(id)?.resolve(message.value);
    else this.#pending.get(id)?.reject(fromRemoteError(message.error));
  }

  async #answer({ id, name, argument }: Message & { ipc: 'call' }): Promise<void> {
    const caller = new AbortController();
    this.#answering.set(id, caller);
    try {
      const procedure = this.#procedures[name];
      if (procedure === undefined) throw new TokenstormError('E_INTERNAL', `nothing here is called ${name}`);
      const value = await procedure(argument as never, caller.signal);
      this.#send({ ipc: 'value', id, value });
    } catch (cause) {
      this.#send({ ipc: 'error', id, error: toRemoteError(cause) });
    } finally {
      this.#answering.delete(id);
    }
  }

  /** Whether it arrived, the answer tells; that the other end is gone, `disconnect` does. */
  #send(message: Message): void {
    this.#channel.send?.(message, () => {});
  }
}

function reasonOf(signal: AbortSignal | undefined): { readonly reason?: string } {
  return typeof signal?.reason === 'string' ? { reason: signal.reason } : {};
}

function gone(): TokenstormError {
  return new TokenstormError('E_INTERNAL', 'the process at the other end of the channel is gone');
}
