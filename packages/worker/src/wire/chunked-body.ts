import { blockMalformed, blockOpen, blockTooLarge, HeaderBlock } from './header-block.ts';
import { maximumHeadBytes, trailerProblem } from './response-head.ts';

/** Takes body bytes `buffer[start..end)`; false ends the parsing. */
export type BodySink = (buffer: Buffer, start: number, end: number, atMs: number) => boolean;

const sizeStart = 0;
const size = 1;
const extensionStart = 2;
const extensionName = 3;
const extensionValue = 4;
const extensionQuoted = 5;
const extensionEscape = 6;
const extensionAfterQuote = 7;
const sizeLineFeed = 8;
const data = 9;
const dataReturn = 10;
const dataLineFeed = 11;
const trailer = 12;
const complete = 13;
const failed = 14;

const carriageReturn = 13;
const lineFeed = 10;
const semicolon = 59;
const equalsSign = 61;
const quote = 34;
const backslash = 92;

const hexDigits = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  hexDigits[digit.toString(16).charCodeAt(0)] = digit;
  hexDigits[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

const tokenCharacters = new Uint8Array(256);
for (let code = 0; code < 128; code++) {
  tokenCharacters[code] = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code)) ? 1 : 0;
}

/** A chunked body (RFC 9112, section 7.1), fed in any pieces. Extensions and trailers are checked and passed over. */
export class ChunkedBody {
  #state = sizeStart;
  /** Of the chunk: its size while that is read, then the bytes of it still to come: 0 when the next one begins. */
  #remaining = 0;
  /** Bytes of the size line read so far, when it did not lie in one piece or has an extension. */
  #lineBytes = 0;
  #trailer: HeaderBlock | undefined;
  problem: string | undefined;

  /** Makes it ready for the next body. */
  reset(): void {
    this.#state = sizeStart;
    this.#remaining = 0;
    this.#trailer = undefined;
    this.problem = undefined;
  }

  get complete(): boolean {
    return this.#state === complete;
  }

  /** Takes `buffer[start..end)`; returns the position after the body's end, or `end`. */
  take(buffer: Buffer, start: number, end: number, atMs: number, sink: BodySink): number {
    let position = start;
    while (position < end && this.#state < complete) {
      if (this.#state === sizeStart) position = this.#readSizeLine(buffer, position, end);
      else if (this.#state === data) position = this.#passData(buffer, position, end, atMs, sink);
      else if (this.#state === trailer) position = this.#readTrailer(buffer, position, end);
      else this.#step(buffer[position++]!);
    }
    return position;
  }

  /** A size line without extension that lies in one piece, at once; any other is left to `#step`. */
  #readSizeLine(buffer: Buffer, start: number, end: number): number {
    let position = start;
    let value = 0;
    let digit = 0;
    const limit = Math.min(end - 2, start + 12);
    while (position < limit && (digit = hexDigits[buffer[position]!]!) >= 0) {
      value = value * 16 + digit;
      position++;
    }
    if (position > start && buffer[position] === carriageReturn && buffer[position + 1] === lineFeed) {
      this.#remaining = value;
      this.#state = value === 0 ? trailer : data;
      return position + 2;
    }
    this.#lineBytes = 0;
    this.#step(buffer[start]!);
    return start + 1;
  }

  #passData(buffer: Buffer, start: number, end: number, atMs: number, sink: BodySink): number {
    const stop = Math.min(end, start + this.#remaining);
    this.#remaining -= stop - start;
    if (this.#remaining === 0) this.#state = dataReturn;
    if (!sink(buffer, start, stop, atMs)) return end;
    // The usual case, both bytes at hand, without a step for each.
    if (
      this.#remaining === 0 &&
      stop + 1 < end &&
      buffer[stop] === carriageReturn &&
      buffer[stop + 1] === lineFeed
    ) {
      this.#state = sizeStart;
      return stop + 2;
    }
    return stop;
  }

  #readTrailer(buffer: Buffer, start: number, end: number): number {
    this.#trailer ??= new HeaderBlock();
    const found = this.#trailer.take(buffer, start, end);
    if (found === blockOpen) return end;
    if (found === blockMalformed) return this.#fail('a trailer line is malformed', end);
    if (found === blockTooLarge)
      return this.#fail(`the trailer is longer than ${maximumHeadBytes} bytes`, end);
    const problem = trailerProblem(this.#trailer.text);
    if (problem !== undefined) return this.#fail(problem, end);
    this.#state = complete;
    return found;
  }

  #fail(problem: string, position: number): number {
    this.#state = failed;
    this.problem = problem;
    return position;
  }

  #step(byte: number): void {
    switch (this.#state) {
      case sizeStart:
      case size:
        return this.#stepSize(byte);
      case sizeLineFeed:
        return this.#expect(byte, lineFeed, this.#remaining === 0 ? trailer : data, 'chunk size');
      case dataReturn:
        return this.#expect(byte, carriageReturn, dataLineFeed, 'chunk');
      case dataLineFeed:
        return this.#expect(byte, lineFeed, sizeStart, 'chunk');
      default:
        return this.#stepExtension(byte);
    }
  }

  #expect(byte: number, expected: number, next: number, after: string): void {
    if (byte === expected) this.#state = next;
    else this.#fail(`no line end after a ${after}`, 0);
  }

  #stepSize(byte: number): void {
    const digit = hexDigits[byte]!;
    if (digit >= 0) {
      this.#remaining = this.#remaining * 16 + digit;
      this.#countLineByte();
      if (this.#remaining > Number.MAX_SAFE_INTEGER) this.#fail('a chunk size is too large', 0);
      else if (this.#state < complete) this.#state = size;
    } else if (this.#state === size && byte === carriageReturn) this.#state = sizeLineFeed;
    else if (this.#state === size && byte === semicolon) this.#state = extensionStart;
    else this.#fail('a chunk size is malformed', 0);
  }

  /** As undici reads them: `;name`, `;name=value`, `;name="text"`, a value may end in a quoted text. */
  #stepExtension(byte: number): void {
    this.#countLineByte();
    if (this.#state >= complete) return;
    const next = nextInExtension(this.#state, byte);
    if (next === failed) this.#fail('a chunk extension is malformed', 0);
    else this.#state = next;
  }

  #countLineByte(): void {
    if (++this.#lineBytes > maximumHeadBytes) this.#fail('a chunk size line is too long', 0);
  }
}

function nextInExtension(state: number, byte: number): number {
  if (state === extensionQuoted) return nextInQuoted(byte);
  if (state === extensionEscape) return isText(byte) ? extensionQuoted : failed;
  if (byte === semicolon) return extensionStart;
  if (byte === carriageReturn) return state === extensionStart ? failed : sizeLineFeed;
  if (state === extensionAfterQuote) return failed;
  if (state === extensionValue) {
    if (byte === quote) return extensionQuoted;
    return tokenCharacters[byte] === 1 ? extensionValue : failed;
  }
  if (byte === equalsSign) return extensionValue;
  return tokenCharacters[byte] === 1 ? extensionName : failed;
}

function nextInQuoted(byte: number): number {
  if (byte === quote) return extensionAfterQuote;
  if (byte === backslash) return extensionEscape;
  return isText(byte) ? extensionQuoted : failed;
}

/** Tab, blank, visible ASCII and everything above it (RFC 9110, section 5.6.4). */
function isText(byte: number): boolean {
  return byte === 9 || (byte >= 32 && byte !== 127);
}
