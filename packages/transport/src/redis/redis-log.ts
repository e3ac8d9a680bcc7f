import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log, LogEntry } from '@tokenstorm/core';
import type { Redis } from 'ioredis';
import type { RedisConnection } from './connection.ts';
import { appendedKey, timeToLiveSeconds } from './keys.ts';
import { redisScript, runScript } from './redis-script.ts';
import { beforeAll, idAfter } from './stream-id.ts';

/** How the entries of a stream are written: each has one field. */
export interface EntryCodec<T> {
  readonly field: string;
  encode(value: T): Promise<Buffer>;
  decode(bytes: Buffer): Promise<T>;
}

type Entry = readonly [id: Buffer, fields: readonly Buffer[]];

const batchSize = 64;
/** A reader asks again after so long without entries; less than what a connection may be silent for. */
const blockMs = 2000;
const retryMs = 250;

/** Appends once per appender and number, however often it is sent; keeps both keys for a while. */
const append = redisScript(`
local ttl = tonumber(ARGV[5])
local known = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0')
if tonumber(ARGV[2]) > known then
  redis.call('XADD', KEYS[1], '*', ARGV[3], ARGV[4])
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
end
for _, key in ipairs(KEYS) do
  if redis.call('TTL', key) < ttl then redis.call('EXPIRE', key, ttl) end
end
return 1
`);

/** A log that is a stream in Redis. Ids are the stream's. It lives for a day after the last append. */
export class RedisLog<T> implements Log<T> {
  readonly #connection: RedisConnection;
  readonly #key: string;
  readonly #codec: EntryCodec<T>;
  readonly #appender = randomUUID();
  #appended = 0;
  #appending: Promise<unknown> = Promise.resolve();

  constructor(connection: RedisConnection, key: string, codec: EntryCodec<T>) {
    this.#connection = connection;
    this.#key = key;
    this.#codec = codec;
  }

  /** One after the other, so that a number that comes back is one that was sent twice. */
  append(value: T): Promise<void> {
    this.#appended += 1;
    const number = this.#appended;
    const appended = this.#appending.then(() => this.#send(value, number));
    this.#appending = appended.catch(() => {});
    return appended;
  }

  async *read(options: { afterId?: string; signal: AbortSignal }): AsyncIterable<LogEntry<T>> {
    const { signal } = options;
    if (signal.aborted) return;
    const client = this.#connection.openExtra();
    try {
      let lastId = options.afterId ?? beforeAll;
      while (!signal.aborted) {
        for (const entry of await this.#next(client, lastId, signal)) {
          if (signal.aborted) return;
          lastId = entry.id;
          yield entry;
        }
      }
    } finally {
      this.#connection.closeExtra(client);
    }
  }

  async trim(upToId: string): Promise<void> {
    const { commands } = this.#connection;
    await this.#connection.answer(commands.xtrim(this.#key, 'MINID', '=', idAfter(upToId)));
  }

  async #send(value: T, number: number): Promise<void> {
    const keys = [this.#key, appendedKey(this.#key)];
    const bytes = await this.#codec.encode(value);
    const values = [this.#appender, number, this.#codec.field, bytes, timeToLiveSeconds.running];
    await this.#connection.answer(runScript(this.#connection.commands, append, keys, values));
  }

  async #next(client: Redis, lastId: string, signal: AbortSignal): Promise<readonly LogEntry<T>[]> {
    const entries = await this.#nextEntries(client, lastId, signal);
    return await Promise.all(entries.map((entry) => this.#decode(entry)));
  }

  /** Some of the entries that come next; none where there were none for a while, or the signal has aborted. */
  async #nextEntries(client: Redis, lastId: string, signal: AbortSignal): Promise<readonly Entry[]> {
    const reading = client.xreadBuffer('COUNT', batchSize, 'BLOCK', blockMs, 'STREAMS', this.#key, lastId);
    try {
      const streams = await unlessAborted(reading, signal);
      return streams?.[0]?.[1] ?? [];
    } catch (cause) {
      if (signal.aborted) return [];
      if (isFinal(cause) || client.status === 'end')
        return await this.#connection.answer(Promise.reject(cause));
      await sleep(retryMs, undefined, { signal }).catch(() => {});
      return [];
    }
  }

  async #decode([id, fields]: Entry): Promise<LogEntry<T>> {
    const [, bytes] = fields;
    return { id: id.toString(), value: await this.#codec.decode(bytes ?? Buffer.alloc(0)) };
  }
}

/** What Redis says of the command itself. Anything else is about the connection, which comes back or is gone for good. */
function isFinal(error: unknown): boolean {
  return error instanceof Error && /^(NOPERM|WRONGTYPE|ERR) /.test(error.message);
}

/** Resolves as the promise does, or to nothing as soon as the signal aborts. */
async function unlessAborted<V>(promise: Promise<V>, signal: AbortSignal): Promise<V | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const end = () => resolve(undefined);
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', end);
    promise.catch(() => {});
  }
}
