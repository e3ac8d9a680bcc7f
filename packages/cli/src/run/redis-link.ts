import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TokenstormError } from '@tokenstorm/core';
import { redisTransport } from '@tokenstorm/transport';
import type { RedisTransport } from '@tokenstorm/transport';

/** How long a command that ends may take to say goodbye to Redis. */
const closePatienceMs = 2000;

export type ConnectionState = 'lost' | 'back' | 'gone';

/** Who is told how the connection is doing. */
export interface ConnectionWatch {
  readonly onConnection?: (state: ConnectionState) => void;
  /** Told of what Redis refused and is tried again. */
  readonly onProblem?: (problem: string) => void;
  /** Redis away for so long is gone for good; default: that of the transport. */
  readonly giveUpMs?: number;
}

/** The way of a command that leads, watches or lists runs to Redis. */
export class RedisLink implements AsyncDisposable {
  readonly transport: RedisTransport;
  readonly #gone: AbortSignal;

  private constructor(transport: RedisTransport, gone: AbortSignal) {
    this.transport = transport;
    this.#gone = gone;
  }

  /** Connects. Rejects with `E_REDIS` where that cannot be done. */
  static async open(url: string, watch: ConnectionWatch = {}): Promise<RedisLink> {
    const gone = new AbortController();
    const opened: { link?: RedisLink } = {};
    const transport = await redisTransport({
      url,
      role: 'coordinator',
      memberId: `${process.pid}-${randomBytes(3).toString('hex')}`,
      ...(watch.giveUpMs !== undefined && { giveUpMs: watch.giveUpMs }),
      onProblem: ({ message }) => watch.onProblem?.(message),
      onConnection: (state) => {
        watch.onConnection?.(state);
        if (state === 'gone') gone.abort(opened.link?.transport.problem ?? redisGone());
      },
    });
    opened.link = new RedisLink(transport, gone.signal);
    return opened.link;
  }

  /** What the call comes to. Rejects with `E_REDIS` as soon as Redis is gone for good, which a call may never hear of. */
  async ask<T>(call: Promise<T>): Promise<T> {
    this.#gone.throwIfAborted();
    const gone = Promise.withResolvers<never>();
    const onGone = () => gone.reject(this.#gone.reason);
    this.#gone.addEventListener('abort', onGone);
    try {
      return await Promise.race([call, gone.promise]);
    } finally {
      this.#gone.removeEventListener('abort', onGone);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const patience = sleep(closePatienceMs, undefined, { ref: false });
    await Promise.race([this.#close(), patience]);
  }

  /** What cannot be closed any more ends with the process. */
  async #close(): Promise<void> {
    try {
      await this.transport[Symbol.asyncDispose]();
    } catch {
      // The command has said what there is to say.
    }
  }
}

function redisGone(): TokenstormError {
  return new TokenstormError('E_REDIS', 'Redis is gone', {
    hint: 'look whether it runs, and whether this machine reaches it',
  });
}
