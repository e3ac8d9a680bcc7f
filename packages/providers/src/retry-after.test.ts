import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const nowEpochMs = Date.UTC(2026, 10, 21, 12, 0, 0, 250);

describe('retryAfterMs', () => {
  it.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': ' 0.25 ' }, 250],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after-ms': '1500' }, 1500],
    [{ 'retry-after-ms': '1500', 'retry-after': '2' }, 1500],
    [{ 'retry-after-ms': 'x', 'retry-after': '2' }, 2000],
    // The three forms of a date in HTTP.
    [{ 'retry-after': 'Sat, 21 Nov 2026 12:00:05 GMT' }, 4750],
    [{ 'retry-after': 'Saturday, 21-Nov-26 12:00:05 GMT' }, 4750],
    [{ 'retry-after': 'Sat Nov 21 12:00:05 2026' }, 4750],
    [{ 'retry-after': 'Sat, 21 Nov 2026 11:59:00 GMT' }, 0],
  ])('%j: %d ms', (headers: Record<string, string>, expected) => {
    expect(retryAfterMs(headers, nowEpochMs)).toBe(expected);
  });

  it.each(['', 'soon', '-1', '1e3', '2026-11-21', 'Infinity'])('%j asks for nothing', (value) => {
    expect(retryAfterMs({ 'retry-after': value }, nowEpochMs)).toBeUndefined();
    expect(retryAfterMs({}, nowEpochMs)).toBeUndefined();
  });
});
