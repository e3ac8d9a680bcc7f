import { inflateSync } from 'node:zlib';

/**
 * Values and their counts of a histogram as HdrHistogram's V2 format describes it, compressed and in base64: read without
 * Tokenstorm's own decoder. Values are the lowest that share a counter, in the histogram's own unit (µs).
 */
export function hdrCounts(base64: string): ReadonlyMap<number, number> {
  const packed = Buffer.from(base64, 'base64');
  if (packed.readUInt32BE(0) !== 0x1c849314) throw new Error('not a compressed V2 histogram');
  const bytes = inflateSync(packed.subarray(8, 8 + packed.readInt32BE(4)));
  if (bytes.readUInt32BE(0) !== 0x1c849313) throw new Error('not a V2 histogram');
  const counts = new Map<number, number>();
  const end = 40 + bytes.readInt32BE(4);
  let [at, index] = [40, 0];
  while (at < end) {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
      if (byte < 0x80) break;
    }
    const count = Number(value & 1n ? -((value + 1n) >> 1n) : value >> 1n);
    if (count < 0) {
      index -= count;
    } else {
      if (count > 0) counts.set(valueOf(index), count);
      index += 1;
    }
  }
  return counts;
}

/** 2,048 sub-buckets, of which each bucket but the first uses the upper half; the lowest value told apart is 1. */
function valueOf(index: number): number {
  const bucket = (index >> 10) - 1;
  return bucket < 0 ? index : ((index & 1023) + 1024) * 2 ** bucket;
}
