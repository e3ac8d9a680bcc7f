import { describe, expect, it } from 'vitest';
import { CallList } from './call-list.ts';
import { call } from './__fixtures__/snapshots.ts';

describe('CallList', () => {
  it('keeps the slowest, then the latest, each once and in bounded number', () => {
    const list = new CallList();
    for (let index = 0; index < 200; index += 1) list.add([call(index, index < 3 ? 1000 - index : 10)]);
    const starts = list.all().map(({ startMs }) => startMs);
    // Of those that took 10 ms the earlier ones count as the slower.
    expect(starts).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 190, 191, 192, 193, 194, 195, 196, 197, 198, 199]);
  });

  it('keeps the first failure of each kind, first of all', () => {
    const list = new CallList();
    const failed = (startMs: number, errorKind: 'reset' | 'auth') =>
      call(startMs, 5, { outcome: 'failed', errorKind });
    list.add([call(1, 100), failed(7, 'reset'), failed(3, 'auth')]);
    list.add([failed(5, 'reset'), failed(9, 'auth')]);
    expect(list.all().map(({ startMs, errorKind }) => [startMs, errorKind])).toEqual([
      [3, 'auth'],
      [5, 'reset'],
      [1, undefined],
    ]);
  });
});
