import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync, inflateRaw } from 'node:zlib';
import { TokenstormError } from '@tokenstorm/core';
import type { MetricsSnapshot } from '@tokenstorm/core';
import { Packr, Unpackr } from 'msgpackr';
import type { EntryCodec } from './redis-log.ts';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/**
 * Names of fields are written once a snapshot (records), which makes it a quarter smaller and the rest twice as fast. Of the ways
 * to compress it the fastest deflate is within a tenth of the smallest. Not one object for both: each keeps the fields it saw.
 */
const packr = new Packr({ useRecords: true });
const unpackr = new Unpackr({ useRecords: true });
const level = 1;
/** Up to here compressing takes less time (60 us for 4 kB) than handing it to a thread does: all in all half of the CPU. */
const mostBytesAtOnce = 16 * 1024;
/** Far above the largest snapshot: what inflates to more was not written by us, and is not inflated. */
const maxSnapshotBytes = 64 * 1024 * 1024;

/** First byte of what we write: MessagePack with records, then raw deflate. */
const version = 1;

/** A snapshot as a few kilobytes, exact to the bit of each number and to the byte of each histogram. */
export async function encodeSnapshot(snapshot: MetricsSnapshot): Promise<Buffer> {
  const packed = packr.pack(snapshot);
  const isSmall = packed.length <= mostBytesAtOnce;
  const deflated = isSmall ? deflateRawSync(packed, { level }) : await deflate(packed, { level });
  return Buffer.concat([Uint8Array.of(version), deflated]);
}

/** The snapshot again. Rejects with `E_REDIS` where it was written by a version that this one does not know, or is damaged. */
export async function decodeSnapshot(bytes: Uint8Array): Promise<MetricsSnapshot> {
  if (bytes[0] !== version) {
    throw new TokenstormError('E_REDIS', `a snapshot in Redis has the unknown format ${bytes[0] ?? 'none'}`, {
      hint: 'run coordinator, workers and aggregator of the same version of Tokenstorm',
    });
  }
  try {
    const { buffer, byteOffset, byteLength } = await inflate(bytes.subarray(1), {
      maxOutputLength: maxSnapshotBytes,
    });
    return unpackr.unpack(new Uint8Array(buffer, byteOffset, byteLength)) as MetricsSnapshot;
  } catch (cause) {
    throw new TokenstormError('E_REDIS', 'a snapshot in Redis is damaged', { cause });
  }
}

/** Snapshots in the stream of a run. */
export const snapshotCodec: EntryCodec<MetricsSnapshot> = {
  field: 's',
  encode: encodeSnapshot,
  decode: decodeSnapshot,
};
