import { exitCodes, TokenstormError } from '@tokenstorm/core';
import type { Dataset, DatasetRow, DatasetStore } from '@tokenstorm/core';
import type { Redis } from 'ioredis';
import type { RedisConnection } from './connection.ts';
import { redisError } from './connection-error.ts';
import { datasetKey, runKeys, timeToLiveSeconds } from './keys.ts';
import { chunkTexts, packChunk, sha256Of, unpackChunk } from './redis-datasets-chunk.ts';
import type { ChunkText, DatasetChunk } from './redis-datasets-chunk.ts';

/** What a data set consists of, as JSON beside its chunks. It is written last: a data set without it is not there. */
interface DatasetIndex {
  readonly path: string;
  readonly chunks: readonly ChunkEntry[];
}

interface ChunkEntry {
  readonly sha256: string;
  readonly rows: number;
}

const indexField = 'index';
const mebibyte = 1024 * 1024;
/** What one data set may have in Redis, compressed. */
const limitBytes = 256 * mebibyte;
/** Compressed, or fetched and unpacked, beside each other: as many as Node has threads for it. */
const chunksAtOnce = 4;
/** How long a set lives that is never completed. */
const incompleteSeconds = 3600;

/**
 * Data sets in Redis, in chunks that are named by what they hold. Putting one again only keeps it alive, and whatever is missing is
 * put anew, by several at once if need be. Chunks travel on a connection of their own: commits do not wait behind them.
 */
export function redisDatasets(connection: RedisConnection): DatasetStore {
  /** A set that is in use here need not be fetched once more for another run. */
  const known = new Map<string, WeakRef<Dataset>>();
  const fetching = new Map<string, Promise<Dataset>>();
  const fetched = async (id: string) => {
    const dataset = await withClient(connection, (client) => get(client, id));
    known.set(id, new WeakRef(dataset));
    return dataset;
  };
  return {
    put: (dataset) => withClient(connection, (client) => put(client, dataset)),
    get: async (id) => {
      const dataset = known.get(id)?.deref();
      if (dataset !== undefined) return dataset;
      const promise = fetching.get(id) ?? fetched(id).finally(() => fetching.delete(id));
      fetching.set(id, promise);
      return await promise;
    },
    agree: (runId, path, sha256) =>
      withClient(connection, (client) => agree(client, { runId, path, sha256 })),
  };
}

async function put(client: Redis, dataset: Dataset): Promise<void> {
  const index = await readIndex(client, dataset.id);
  if (index !== undefined && (await keep(client, dataset.id, index))) return;
  const chunks: ChunkEntry[] = [];
  let bytes = 0;
  for await (const texts of batches(chunkTexts(dataset.rows))) {
    const packed = await Promise.all(texts.map(packChunk));
    for (const chunk of packed) bytes += chunk.bytes.length;
    if (bytes > limitBytes) {
      await client.unlink(datasetKey(dataset.id));
      throw tooLarge(dataset.path);
    }
    await Promise.all(packed.map((chunk) => putChunk(client, dataset.id, chunk)));
    chunks.push(...packed.map(({ sha256, rows }) => ({ sha256, rows })));
  }
  await putIndex(client, dataset.id, { path: dataset.path, chunks });
}

async function putChunk(client: Redis, id: string, { sha256, bytes }: DatasetChunk): Promise<void> {
  const key = datasetKey(id);
  if ((await client.hexists(key, sha256)) === 0) await client.hset(key, sha256, bytes);
  await client.expire(key, incompleteSeconds);
}

async function putIndex(client: Redis, id: string, index: DatasetIndex): Promise<void> {
  await client.hset(datasetKey(id), indexField, JSON.stringify(index));
  if (await keep(client, id, index)) return;
  throw new TokenstormError(
    'E_REDIS',
    `Redis has lost parts of the data set ${index.path} while it was put`,
    {
      hint: 'look at its settings maxmemory and maxmemory-policy: it must keep what it is given (noeviction)',
    },
  );
}

/** Has a data set live on; false where a part of it is not there any more. */
async function keep(client: Redis, id: string, { chunks }: DatasetIndex): Promise<boolean> {
  const key = datasetKey(id);
  const pipeline = client.pipeline().expire(key, timeToLiveSeconds.running);
  for (const { sha256 } of chunks) pipeline.hexists(key, sha256);
  const replies = (await pipeline.exec()) ?? [];
  for (const [error] of replies) if (error !== null) throw error;
  return replies.every(([, isThere]) => isThere === 1);
}

async function get(client: Redis, id: string): Promise<Dataset> {
  const index = await readIndex(client, id);
  if (index === undefined) throw new TokenstormError('E_FILE', `no data set ${id} was put into this run`);
  const rows: DatasetRow[] = [];
  for (let start = 0; start < index.chunks.length; start += chunksAtOnce) {
    const entries = index.chunks.slice(start, start + chunksAtOnce);
    const reading = entries.map((entry, place) => readChunk(client, id, index, entry, start + place + 1));
    for (const chunk of await Promise.all(reading)) for (const row of chunk) rows.push(row);
  }
  await keep(client, id, index);
  return { id, path: index.path, rows };
}

async function readIndex(client: Redis, id: string): Promise<DatasetIndex | undefined> {
  const text = await client.hget(datasetKey(id), indexField);
  return text === null ? undefined : (JSON.parse(text) as DatasetIndex);
}

async function readChunk(
  client: Redis,
  id: string,
  { path, chunks }: DatasetIndex,
  { sha256 }: ChunkEntry,
  number: number,
): Promise<readonly DatasetRow[]> {
  const key = datasetKey(id);
  const bytes = await client.hgetBuffer(key, sha256);
  const name = `chunk ${number} of ${chunks.length} of the data set ${path}`;
  if (bytes === null) throw damaged(`${name} is not in Redis any more`);
  const found = sha256Of(bytes);
  if (found === sha256) return await unpackChunk(bytes);
  // Whoever puts the set again finds it missing, and puts what it should be.
  await client.hdel(key, indexField, sha256);
  throw damaged(`${name} is damaged in Redis: its SHA-256 is ${short(found)}, not ${short(sha256)}`);
}

/** Bears being sent twice: the first hash stays. */
async function agree(
  client: Redis,
  { runId, path, sha256 }: { readonly runId: string; readonly path: string; readonly sha256: string },
): Promise<string> {
  const key = runKeys(runId).files;
  await client.hsetnx(key, path, sha256);
  await client.expire(key, timeToLiveSeconds.running);
  return (await client.hget(key, path)) ?? sha256;
}

/** A failure of the connection is told as one of Redis. */
async function withClient<T>(connection: RedisConnection, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = connection.openExtra();
  try {
    return await use(client);
  } catch (cause) {
    throw connection.problem ?? redisError(cause, connection.address);
  } finally {
    connection.closeExtra(client);
  }
}

async function* batches(texts: AsyncIterable<ChunkText>): AsyncIterable<readonly ChunkText[]> {
  let batch: ChunkText[] = [];
  for await (const text of texts) {
    batch.push(text);
    if (batch.length < chunksAtOnce) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function tooLarge(path: string): TokenstormError {
  const limit = `${Math.round(limitBytes / mebibyte)} MiB`;
  return new TokenstormError('E_FILE', `${path} takes more than ${limit} compressed: too much for Redis`, {
    exitCode: exitCodes.usage,
    hint: 'put the file on every worker instead, and name it by `path: worker:/absolute/path`',
  });
}

function damaged(message: string): TokenstormError {
  return new TokenstormError('E_FILE', message, { hint: 'start the run again: what is missing is put anew' });
}

function short(sha256: string): string {
  return sha256.slice(0, 12);
}
