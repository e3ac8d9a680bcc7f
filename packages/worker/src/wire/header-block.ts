import { maximumHeadBytes } from './response-head.ts';

/** What a scan for the end of a header block came to, where it did not find it: more bytes are needed, or none will help. */
export const blockOpen = -1;
export const blockMalformed = -2;
export const blockTooLarge = -3;

const lineFeed = 10;
const carriageReturn = 13;

/**
 * The header lines of a head or a trailer up to their blank line, wherever reads split them. A block that lies in one read
 * is found in place; only one that does not is copied.
 */
export class HeaderBlock {
  /** The bytes of a block that earlier reads began; empty otherwise. */
  #kept: Buffer | undefined;
  #length = 0;
  /** Offset in the block up to which it was scanned, and of the line that begins there. */
  #scanned = 0;
  #lineStart = 0;
  /** The whole block, without the blank line; set when `take` returned a position. */
  text = '';

  /** Takes `buffer[start..end)`; returns the position after the blank line, or one of the three codes above. */
  take(buffer: Buffer, start: number, end: number): number {
    if (this.#kept === undefined) return this.#takeInPlace(buffer, start, end);
    const before = this.#length;
    this.#keep(buffer, start, Math.min(end, start + maximumHeadBytes - before));
    const found = this.#scan(this.#kept, 0, this.#length);
    if (found >= 0) this.#finish(this.#kept, 0, found);
    return found >= 0 ? start + found - before : found;
  }

  #takeInPlace(buffer: Buffer, start: number, end: number): number {
    const found = this.#scan(buffer, start, Math.min(end, start + maximumHeadBytes));
    if (found >= 0) this.#finish(buffer, start, found);
    else if (found === blockOpen) this.#keep(buffer, start, end);
    return found;
  }

  /** Scans the block that begins at `origin` on to `end`; returns the position after its blank line or a code. */
  #scan(bytes: Buffer, origin: number, end: number): number {
    let lineStart = origin + this.#lineStart;
    for (let position = origin + this.#scanned; position < end; position++) {
      if (bytes[position] !== lineFeed) continue;
      if (position === origin || bytes[position - 1] !== carriageReturn) return blockMalformed;
      if (position === lineStart + 1) return position + 1;
      lineStart = position + 1;
    }
    this.#scanned = end - origin;
    this.#lineStart = lineStart - origin;
    return this.#scanned >= maximumHeadBytes ? blockTooLarge : blockOpen;
  }

  #finish(bytes: Buffer, origin: number, found: number): void {
    this.text = bytes.toString('latin1', origin, Math.max(origin, found - 4));
    this.reset();
  }

  #keep(buffer: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (this.#kept === undefined || this.#kept.length < length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(512, 2 * length));
      this.#kept?.copy(larger, 0, 0, this.#length);
      this.#kept = larger;
    }
    buffer.copy(this.#kept, this.#length, start, end);
    this.#length = length;
  }

  /** Forgets the bytes kept, not the text. */
  reset(): void {
    this.#kept = undefined;
    this.#length = 0;
    this.#scanned = 0;
    this.#lineStart = 0;
  }
}
