import { unpack } from 'msgpackr/unpack';
import { expect, it } from 'vitest';
import { jsonReport } from './json.ts';
import { msgpackReport } from './msgpack.ts';
import { reportOf, seriesOf, skewed } from './report.fixture.ts';

const report = reportOf([
  seriesOf(
    { ttft: skewed(500, 120, 0.5), e2e: skewed(500, 900, 0.3) },
    { accounting: { scheduled: 501, completed: 500, failed: 1 }, errors: { timeout: 1 } as never },
  ),
]);

it('a packed report is what its JSON is', () => {
  expect(unpack(msgpackReport(report))).toEqual(JSON.parse(jsonReport(report)));
});

it('a packed report leaves out what JSON leaves out', () => {
  const odd = { ...report, regression: undefined as never, notes: ['é模\u{1F600}'], budget: null };
  expect(unpack(msgpackReport(odd))).toEqual(JSON.parse(jsonReport(odd)));
});

it('a packed report is made of plain types only: no extension of one library', () => {
  expect([...typesIn(msgpackReport(report))].toSorted()).toEqual(['array', 'map', 'scalar', 'string']);
});

it('a packed report is smaller than its JSON', () => {
  expect(msgpackReport(report).length).toBeLessThan(0.7 * jsonReport(report).length);
});

/** By the specification of MessagePack, read here without a library. */
function typesIn(bytes: Uint8Array): Set<string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const types = new Set<string>();
  let at = 0;
  const sized = (width: 1 | 2 | 4): number => {
    const length = width === 1 ? view.getUint8(at) : width === 2 ? view.getUint16(at) : view.getUint32(at);
    at += width;
    return length;
  };
  const scalars: Readonly<Record<number, number>> = {
    0xc0: 0,
    0xc2: 0,
    0xc3: 0,
    0xca: 4,
    0xcb: 8,
    0xcc: 1,
    0xcd: 2,
    0xce: 4,
    0xcf: 8,
    0xd0: 1,
    0xd1: 2,
    0xd2: 4,
    0xd3: 8,
  };
  const container = (type: string, children: number): number => {
    types.add(type);
    return children;
  };
  const string = (length: number): number => {
    types.add('string');
    at += length;
    return 0;
  };
  const value = (): number => {
    const tag = view.getUint8(at++);
    if (tag <= 0x7f || tag >= 0xe0) return container('scalar', 0);
    if (tag <= 0x8f) return container('map', 2 * (tag & 0x0f));
    if (tag <= 0x9f) return container('array', tag & 0x0f);
    if (tag <= 0xbf) return string(tag & 0x1f);
    if (tag >= 0xd9 && tag <= 0xdb) return string(sized(([1, 2, 4] as const)[tag - 0xd9]!));
    if (tag === 0xdc || tag === 0xdd) return container('array', sized(tag === 0xdc ? 2 : 4));
    if (tag === 0xde || tag === 0xdf) return container('map', 2 * sized(tag === 0xde ? 2 : 4));
    const width = scalars[tag];
    if (width === undefined) throw new Error(`0x${tag.toString(16)} at ${at - 1} is an extension, or bytes`);
    at += width;
    return container('scalar', 0);
  };
  for (let pending = 1; pending > 0; pending -= 1) pending += value();
  expect(at).toBe(bytes.length);
  return types;
}
