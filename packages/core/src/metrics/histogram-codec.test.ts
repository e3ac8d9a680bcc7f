import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { JsHistogram } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { TokenstormError } from '../errors.ts';
import { HdrHistogram, highestTrackableValue } from './histogram.ts';
import { addEncoded, compressHistogram, decompressHistogram, encodeHistogram } from './histogram-codec.ts';

const counterCount = 23_552;
const headerLength = 40;

/** Log-uniform values with counts from 1 up to beyond 32 bits: sparse, dense and empty histograms. */
const entries = fc.array(
  fc.tuple(
    fc
      .double({ min: 0, max: Math.log2(highestTrackableValue), noNaN: true })
      .map((log) => Math.floor(2 ** log)),
    fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 1, max: 5000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 ** 45 }) },
    ),
  ),
  { maxLength: 300, size: 'max' },
);

type Entries = readonly (readonly [value: number, count: number])[];

function ourHistogram(recorded: Entries): HdrHistogram {
  const histogram = new HdrHistogram();
  for (const [value, count] of recorded) histogram.recordMany(value, count);
  return histogram;
}

function theirHistogram(recorded: Entries): JsHistogram {
  const histogram = build({
    bitBucketSize: 64,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue,
    numberOfSignificantValueDigits: 3,
  }) as JsHistogram;
  for (const [value, count] of recorded) histogram.recordValueWithCount(value, count);
  return histogram;
}

function ourCounts(histogram: HdrHistogram): Float64Array {
  const counts = new Float64Array(counterCount);
  histogram.segments.forEach(
    (segment, number) => segment !== undefined && counts.set(segment, number * 1024),
  );
  return counts;
}

function theirCounts(histogram: JsHistogram): Float64Array {
  const counts = new Float64Array(counterCount);
  for (let index = 0; index < counterCount; index++) counts[index] = histogram.getCountAtIndex(index);
  return counts;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function withPayload(...payload: number[]): Uint8Array {
  const bytes = new Uint8Array(headerLength + payload.length);
  bytes.set(encodeHistogram(new HdrHistogram()).subarray(0, headerLength));
  bytes.set(payload, headerLength);
  new DataView(bytes.buffer).setUint32(4, payload.length);
  return bytes;
}

describe('the V2 encoding', () => {
  it('is read by hdr-histogram-js, and theirs by us, without a difference in 1,000 histograms', () => {
    let differences = 0;
    fc.assert(
      fc.property(entries, (recorded) => {
        const ours = ourHistogram(recorded);
        const theirs = theirHistogram(recorded);
        const expected = theirCounts(theirs);
        const encoded = encodeHistogram(ours);
        const readByThem = decodeFromCompressedBase64(base64(compressHistogram(encoded)), 64) as JsHistogram;
        const theirBytes = decompressHistogram(Buffer.from(encodeIntoCompressedBase64(theirs), 'base64'));
        const readByUs = new HdrHistogram();
        addEncoded(readByUs, theirBytes, theirs.totalCount);
        const read = [theirCounts(readByThem), ourCounts(readByUs), ourCounts(ours)];
        for (let index = 0; index < counterCount; index++) {
          for (const counts of read) if (counts[index] !== expected[index]) differences++;
        }
        expect(Buffer.compare(encoded.subarray(headerLength), theirBytes.subarray(headerLength))).toBe(0);
        expect(readByThem.totalCount).toBe(ours.totalCount);
      }),
      { numRuns: 1000, seed: 42 },
    );
    expect(differences).toBe(0);
  });

  it('has the header of the format', () => {
    const histogram = ourHistogram([
      [1, 1],
      [3, 300],
    ]);
    const bytes = encodeHistogram(histogram);
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(0)).toBe(0x1c849313);
    expect([view.getInt32(4), view.getInt32(8), view.getInt32(12)]).toEqual([5, 0, 3]);
    expect([view.getBigInt64(16), view.getBigInt64(24), view.getFloat64(32)]).toEqual([
      1n,
      3_600_000_000n,
      1,
    ]);
    // 0 at 0 (a single zero is a count), 1 at 1, 0 at 2, 300 at 3: zigzag 0, 2, 0, 600 = 0x04 x 128 + 0x58.
    expect([...bytes.subarray(headerLength)]).toEqual([0, 2, 0, 0xd8, 0x04]);
  });

  it('writes a run of zeros across segments as one number', () => {
    // 10,240 lies in the buckets of 8 (8,192 .. 16,383), the 4th segment, at 3 x 1,024 + 10,240 / 8 = 4,352.
    const bytes = encodeHistogram(ourHistogram([[10_240, 1]]));
    // zigzag of -4,352 is 8,703 = 0x7f + 67 x 128.
    expect([...bytes.subarray(headerLength)]).toEqual([0xff, 67, 2]);
  });

  it('adds to what is there and returns how much', () => {
    const histogram = ourHistogram([
      [5, 2],
      [900_000, 1],
    ]);
    expect(
      addEncoded(
        histogram,
        encodeHistogram(
          ourHistogram([
            [5, 3],
            [70, 4],
          ]),
        ),
      ),
    ).toBe(7);
    expect(ourCounts(histogram)).toEqual(
      ourCounts(
        ourHistogram([
          [5, 5],
          [70, 4],
          [900_000, 1],
        ]),
      ),
    );
    expect(histogram.totalCount).toBe(10);
  });
});

describe('damaged bytes', () => {
  const nines = Array<number>(9).fill(0xff);

  it.each([
    ['nothing', new Uint8Array()],
    ['half a header', encodeHistogram(new HdrHistogram()).subarray(0, 20)],
    ['another cookie', withPayload(0).fill(0, 0, 4)],
    ['a length that is too large', withPayload(0).fill(1, 7, 8).fill(9, 7, 8)],
    ['a number that does not end', withPayload(2, 0x80)],
    ['a number of more than 8 bytes', withPayload(...nines, 1)],
    ['a count beyond 2^53', withPayload(0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)],
    ['a run of zeros beyond one hour', withPayload(0xff, 0xff, 0xff, 0xff, 0x0f)],
    ['a count behind the last counter', withPayload(0xff, 0xef, 0x02, 2)],
    ['4 significant digits', withPayload(0).fill(4, 15, 16)],
    ['a lowest value of 2', withPayload(0).fill(2, 23, 24)],
  ])('%s: an error, and nothing is added', (_, bytes) => {
    const histogram = ourHistogram([[5, 2]]);
    expect(() => addEncoded(histogram, bytes)).toThrow(TokenstormError);
    expect(ourCounts(histogram)).toEqual(ourCounts(ourHistogram([[5, 2]])));
  });

  it('reads a run of zeros up to the last counter', () => {
    // zigzag of -23,551 is 47,101 = 0x7d + 0x6f x 128 + 2 x 16,384; then a count of 1.
    const histogram = new HdrHistogram();
    addEncoded(histogram, withPayload(0xfd, 0xef, 0x02, 2));
    expect(ourCounts(histogram).findIndex((count) => count === 1)).toBe(counterCount - 1);
  });

  it('adds nothing where the number of values is not the expected one', () => {
    const histogram = new HdrHistogram();
    expect(() => addEncoded(histogram, encodeHistogram(ourHistogram([[5, 2]])), 3)).toThrow(
      '2 values instead of 3',
    );
    expect(histogram.totalCount).toBe(0);
  });

  it('gives an error or a histogram, whatever byte is changed', () => {
    const bytes = encodeHistogram(
      ourHistogram([
        [5, 200],
        [70, 4],
        [900_000, 70_000],
      ]),
    );
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 0, max: 255 }), (position, byte) => {
        const histogram = new HdrHistogram();
        const damaged = bytes.slice().fill(byte, position, position + 1);
        const total = errorOr(() => addEncoded(histogram, damaged));
        expect(histogram.totalCount).toBe(total ?? 0);
      }),
      { numRuns: 2000, seed: 3 },
    );
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['an uncompressed histogram', encodeHistogram(new HdrHistogram())],
    ['one that is cut off', compressHistogram(encodeHistogram(new HdrHistogram())).slice(0, -3)],
    ['no deflate stream', compressHistogram(encodeHistogram(new HdrHistogram())).fill(0, 8)],
    ['a bomb of 50 MB', compressed(deflateSync(new Uint8Array(50_000_000)))],
  ])('compressed, %s: an error', (_, bytes) => {
    expect(() => decompressHistogram(bytes)).toThrow(TokenstormError);
  });
});

function errorOr(run: () => number): number | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof TokenstormError) return undefined;
    throw error;
  }
}

function compressed(deflated: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + deflated.length);
  new DataView(bytes.buffer).setUint32(0, 0x1c849314);
  new DataView(bytes.buffer).setUint32(4, deflated.length);
  bytes.set(deflated, 8);
  return bytes;
}
