import { deserialize, serialize } from 'node:v8';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Plain data as few bytes, in little time: what a structured clone keeps comes back from `unpack` as it was. */
export function pack(value: unknown): Uint8Array {
  // A copy: what the compressor gives is a part of a much larger buffer, which would be kept with it.
  return new Uint8Array(zstdCompressSync(serialize(value), options));
}

/** The data that was packed. Throws for other bytes. */
export function unpack(bytes: Uint8Array): unknown {
  return deserialize(zstdDecompressSync(bytes));
}
