import { deflateSync, inflateSync } from 'node:zlib';
import { TokenstormError } from '../errors.ts';
import { highestTrackableValue, segmentCount, segmentLength } from './histogram.ts';
import type { HdrHistogram } from './histogram.ts';

/** V2 cookies with the bit that says "zero runs, LEB128", as HdrHistogram's implementations write them. */
const cookie = 0x1c849313;
const compressedCookie = 0x1c849314;
/** The bits in which implementations differ: the word size. */
const cookieMask = ~0xf0;
const headerLength = 40;
const compressedHeaderLength = 8;
const counterCount = segmentCount * segmentLength;
/** No counter of ours takes more than 8 bytes: it is below 2^53, doubled by the zigzag. */
const maxBytesPerCounter = 8;
const maxEncodedLength = headerLength + counterCount * (maxBytesPerCounter + 1);

const headerTemplate = encodeHeader();
let scratch = new Uint8Array(32_768);

/**
 * The histogram in HdrHistogram's V2 encoding, uncompressed, in a buffer of its own: a header of 40 bytes, then each
 * counter up to the last that is not 0 as a zigzag LEB128 number, a run of zeros as its negated length. The payload
 * is byte for byte what hdr-histogram-js writes; in the header it writes 1 for the index offset and the integer 1 for
 * the conversion ratio, where the format (and this function) has 0 and the double 1.0. It ignores both when reading.
 */
export function encodeHistogram(histogram: HdrHistogram): Uint8Array {
  let position = headerLength;
  let zeros = 0;
  for (let number = 0; number < segmentCount; number++) {
    const segment = histogram.segments[number];
    if (segment === undefined || histogram.isEmptySegment(number)) {
      zeros += segmentLength;
      continue;
    }
    reserve(position + (segmentLength + 1) * maxBytesPerCounter);
    for (let offset = 0; offset < segmentLength; offset++) {
      const count = segment[offset]!;
      if (count === 0) {
        zeros++;
        continue;
      }
      if (zeros > 0) position = writeVarint(position, zeros === 1 ? 0 : zeros * 2 - 1);
      zeros = 0;
      position = writeVarint(position, count * 2);
    }
  }
  if (position === headerLength) position = writeVarint(position, 0);
  return withHeader(position);
}

/**
 * Adds an encoded histogram to another without building it first, and returns the number of values added. Takes V2
 * encodings (not compressed) of any HdrHistogram implementation with lowest value 1 and 3 significant digits. Throws
 * `E_INTERNAL` for bytes that are not one, for values above ours, and where the number of values is not
 * `expectedCount`; the histogram is then unchanged.
 */
export function addEncoded(histogram: HdrHistogram, bytes: Uint8Array, expectedCount?: number): number {
  checkHeader(bytes);
  const count = readCounters(bytes, undefined);
  if (expectedCount !== undefined && count !== expectedCount) {
    throw malformed(`it holds ${count} values instead of ${expectedCount}`);
  }
  return readCounters(bytes, histogram);
}

/** The V2 compressed form of an encoded histogram: what hdr-histogram-js reads, after base64, with `decodeFromCompressedBase64`. */
export function compressHistogram(encoded: Uint8Array): Uint8Array {
  const deflated = deflateSync(encoded);
  const bytes = new Uint8Array(compressedHeaderLength + deflated.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, compressedCookie);
  view.setUint32(4, deflated.length);
  bytes.set(deflated, compressedHeaderLength);
  return bytes;
}

/** The encoded histogram inside a V2 compressed one. Throws `E_INTERNAL` for bytes that are not one, or that inflate to more than any histogram takes. */
export function decompressHistogram(bytes: Uint8Array): Uint8Array {
  if (bytes.length < compressedHeaderLength) throw malformed('it is shorter than its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isCookie(view.getUint32(0), compressedCookie)) throw malformed('it is no compressed V2 histogram');
  if (view.getUint32(4) !== bytes.length - compressedHeaderLength) throw malformed('its length is wrong');
  try {
    const inflated = inflateSync(bytes.subarray(compressedHeaderLength), {
      maxOutputLength: maxEncodedLength,
    });
    return new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.byteLength);
  } catch (cause) {
    throw malformed('it cannot be inflated', cause);
  }
}

function checkHeader(bytes: Uint8Array): void {
  if (bytes.length < headerLength) throw malformed('it is shorter than its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isCookie(view.getUint32(0), cookie)) throw malformed('it is no V2 histogram');
  if (view.getUint32(4) !== bytes.length - headerLength) throw malformed('its length is wrong');
  if (view.getUint32(12) !== 3) throw malformed('it has not 3 significant digits');
  if (view.getBigUint64(16) !== 1n) throw malformed('its lowest value is not 1');
}

/** Walks through the counters, adds them to `target` if there is one, and returns their sum. */
function readCounters(bytes: Uint8Array, target: HdrHistogram | undefined): number {
  const end = bytes.length;
  let position = headerLength;
  let index = 0;
  let total = 0;
  while (position < end) {
    let byte = bytes[position++]!;
    let value = byte & 0x7f;
    for (let scale = 128; byte >= 0x80; scale *= 128) {
      if (position === end || scale > 2 ** 49) throw malformed('a number does not end');
      byte = bytes[position++]!;
      value += (byte & 0x7f) * scale;
    }
    if (value > Number.MAX_SAFE_INTEGER) throw malformed('a count is too large');
    if ((value & 1) === 1) {
      index += (value + 1) / 2;
    } else {
      total += value / 2;
      if (target !== undefined && value > 0) target.addCount(index, value / 2);
      index++;
    }
    if (index > counterCount) throw malformed('a value is above one hour');
  }
  if (total > Number.MAX_SAFE_INTEGER) throw malformed('its counts are too large');
  return total;
}

function writeVarint(start: number, value: number): number {
  let position = start;
  let rest = value;
  while (rest > 0x7f) {
    scratch[position++] = (rest & 0x7f) | 0x80;
    rest = rest <= 0xffff_ffff ? rest >>> 7 : Math.floor(rest / 128);
  }
  scratch[position++] = rest;
  return position;
}

function reserve(length: number): void {
  if (length <= scratch.length) return;
  const larger = new Uint8Array(Math.max(length, scratch.length * 2));
  larger.set(scratch);
  scratch = larger;
}

function withHeader(length: number): Uint8Array {
  const bytes = scratch.slice(0, length);
  bytes.set(headerTemplate);
  new DataView(bytes.buffer).setUint32(4, length - headerLength);
  return bytes;
}

function encodeHeader(): Uint8Array {
  const bytes = new Uint8Array(headerLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, cookie);
  view.setUint32(12, 3);
  view.setBigUint64(16, 1n);
  view.setBigUint64(24, BigInt(highestTrackableValue));
  view.setFloat64(32, 1);
  return bytes;
}

function isCookie(read: number, expected: number): boolean {
  return (read & cookieMask) === (expected & cookieMask);
}

function malformed(reason: string, cause?: unknown): TokenstormError {
  return new TokenstormError('E_INTERNAL', `A histogram cannot be read: ${reason}.`, {
    hint: 'Its bytes were damaged or written by another version.',
    cause,
  });
}
