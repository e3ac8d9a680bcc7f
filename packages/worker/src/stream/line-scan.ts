/** Byte values that the framing of a stream is made of. */
export const bytes = { lf: 10, cr: 13, space: 32, colon: 58 } as const;

/**
 * Offset of the last line feed before `end`, in a buffer that has bytes there; below a slice's start where the slice has none. Free where the slice ends in one, as most reads do.
 */
export function lastLineFeed(buffer: Buffer, end: number): number {
  return buffer[end - 1] === bytes.lf ? end - 1 : buffer.lastIndexOf(bytes.lf, end - 1);
}

/** Offset of the first line feed from `start` on, in a buffer that is known to have one. */
export function nextLineFeed(buffer: Buffer, start: number): number {
  return buffer[start] === bytes.lf ? start : buffer.indexOf(bytes.lf, start);
}

/** Offset of the first carriage return in `[start, end)`, or `end`. Bounded: what lies beyond in the buffer is not looked at. */
export function carriageReturnOr(buffer: Buffer, start: number, end: number): number {
  if (start === end) return end;
  const at = buffer.subarray(start, end).indexOf(bytes.cr);
  return at < 0 ? end : start + at;
}

/** Offset at which the value of the line `[start, end)` begins where it is a `data` field; -1 for any other line. */
export function dataValueStart(buffer: Buffer, start: number, end: number): number {
  if (end - start < 4 || !isData(buffer, start)) return -1;
  if (end - start === 4) return end;
  if (buffer[start + 4] !== bytes.colon) return -1;
  return end - start > 5 && buffer[start + 5] === bytes.space ? start + 6 : start + 5;
}

function isData(buffer: Buffer, start: number): boolean {
  return (
    buffer[start] === 0x64 &&
    buffer[start + 1] === 0x61 &&
    buffer[start + 2] === 0x74 &&
    buffer[start + 3] === 0x61
  );
}

/** Whether `[start, end)` begins with the UTF-8 byte order mark. */
export function startsWithByteOrderMark(buffer: Buffer, start: number, end: number): boolean {
  return (
    end - start >= 3 && buffer[start] === 0xef && buffer[start + 1] === 0xbb && buffer[start + 2] === 0xbf
  );
}
