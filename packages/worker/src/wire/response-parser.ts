import { maxInterimResponses } from '../stream/response-limits.ts';
import { ChunkedBody } from './chunked-body.ts';
import { blockMalformed, blockOpen, blockTooLarge, HeaderBlock } from './header-block.ts';
import { maximumHeadBytes, parseHead } from './response-head.ts';
import type { ParsedHead } from './response-head.ts';

/** What a parser tells of a response: its final head once, then its body bytes. */
export interface ResponseSink {
  onHead(head: ParsedHead, atMs: number): void;
  /** The slice is valid only during the call. */
  onBody(buffer: Buffer, start: number, end: number, atMs: number): void;
}

/** The last head of an origin in bytes and in parsed form: a head with the same bytes is not parsed again. */
export class HeadCache {
  bytes: Buffer = Buffer.alloc(0);
  head: ParsedHead | undefined;
}

const leading = 0;
const head = 1;
const lengthBody = 2;
const closeBody = 3;
const chunkedBody = 4;
const complete = 5;
const failed = 6;
const stopped = 7;

const prefix = Buffer.from('HTTP/');

/**
 * One HTTP/1 response after another, from bytes in any pieces. It says what undici says of the same bytes, but for 100 Continue,
 * which is passed over like the other 1xx, and blanks after a header's value, which are dropped. Memory is bounded: only a
 * head or trailer that several reads split is kept, up to 64 KB.
 */
export class ResponseParser {
  readonly #cache: HeadCache;
  #sink: ResponseSink;
  #state = leading;
  #prefixMatched = 0;
  #block: HeaderBlock | undefined;
  #remaining = 0;
  #interimResponses = 0;
  #chunks: ChunkedBody | undefined;
  #head: ParsedHead | undefined;
  /** What is wrong with the response, once something is. */
  problem: string | undefined;

  constructor(sink: ResponseSink, cache: HeadCache) {
    this.#sink = sink;
    this.#cache = cache;
  }

  /** Begins the next response. */
  restart(sink: ResponseSink): void {
    this.#sink = sink;
    this.#state = leading;
    this.#prefixMatched = 0;
    this.#interimResponses = 0;
    this.#head = undefined;
  }

  /** Ends the parsing: nothing is told any more, in the midst of a call too. */
  stop(): void {
    this.#state = stopped;
  }

  get complete(): boolean {
    return this.#state === complete;
  }

  /** Of the response that is complete. */
  get head(): ParsedHead | undefined {
    return this.#head;
  }

  /** Takes `buffer[start..end)`; returns the position after the response's end, or `end`. */
  take(buffer: Buffer, start: number, end: number, atMs: number): number {
    let position = start;
    while (position < end && this.#state < complete) {
      switch (this.#state) {
        case leading:
          position = this.#skipLeading(buffer, position, end, atMs);
          break;
        case head:
          position = this.#readHead(buffer, position, end, atMs);
          break;
        case chunkedBody:
          position = this.#readChunks(buffer, position, end, atMs);
          break;
        default:
          position = this.#passBody(buffer, position, end, atMs);
      }
    }
    return position;
  }

  /** The connection ended: true where that ends the response as it should. */
  finish(): boolean {
    if (this.#state === closeBody) this.#state = complete;
    return this.#state === complete;
  }

  #skipLeading(buffer: Buffer, start: number, end: number, atMs: number): number {
    const { bytes, head: known } = this.#cache;
    if (
      known !== undefined &&
      end - start >= bytes.length &&
      bytes.compare(buffer, start, start + bytes.length) === 0
    ) {
      this.#begin(known, atMs);
      return start + bytes.length;
    }
    let position = start;
    while (position < end && (buffer[position] === 13 || buffer[position] === 10)) position++;
    if (position < end) this.#state = head;
    return position;
  }

  #readHead(buffer: Buffer, start: number, end: number, atMs: number): number {
    for (let at = start; this.#prefixMatched < prefix.length && at < end; at++) {
      if (buffer[at] !== prefix[this.#prefixMatched++]) return this.#fail('the response is not HTTP/1', end);
    }
    this.#block ??= new HeaderBlock();
    const found = this.#block.take(buffer, start, end);
    if (found === blockOpen) return end;
    if (found === blockMalformed) return this.#fail('a header line ends without a carriage return', end);
    if (found === blockTooLarge) return this.#fail(`the head is longer than ${maximumHeadBytes} bytes`, end);
    return this.#useHead(buffer, start, found, end, atMs);
  }

  #useHead(buffer: Buffer, start: number, found: number, end: number, atMs: number): number {
    const text = this.#block!.text;
    this.#block = undefined;
    const parsed = parseHead(text);
    if (typeof parsed === 'string') return this.#fail(parsed, end);
    if (parsed.statusCode < 200) {
      if (++this.#interimResponses > maxInterimResponses)
        return this.#fail(`more than ${maxInterimResponses} informational responses`, end);
      this.#state = leading;
      this.#prefixMatched = 0;
      return found;
    }
    // A head that lay in one read: its bytes are at hand.
    if (found - start === text.length + 4) {
      this.#cache.bytes = Buffer.from(buffer.subarray(start, found));
      this.#cache.head = parsed;
    }
    this.#begin(parsed, atMs);
    return found;
  }

  #begin(parsed: ParsedHead, atMs: number): void {
    this.#head = parsed;
    this.#remaining = parsed.contentLength;
    if (parsed.framing === 'chunked') {
      if (this.#chunks === undefined) this.#chunks = new ChunkedBody();
      else this.#chunks.reset();
      this.#state = chunkedBody;
    } else if (parsed.framing === 'close') this.#state = closeBody;
    else this.#state = parsed.contentLength > 0 ? lengthBody : complete;
    this.#sink.onHead(parsed, atMs);
  }

  #passBody(buffer: Buffer, start: number, end: number, atMs: number): number {
    if (this.#state === closeBody) {
      this.#sink.onBody(buffer, start, end, atMs);
      return end;
    }
    const stop = Math.min(end, start + this.#remaining);
    this.#remaining -= stop - start;
    if (this.#remaining === 0) this.#state = complete;
    this.#sink.onBody(buffer, start, stop, atMs);
    return stop;
  }

  #readChunks(buffer: Buffer, start: number, end: number, atMs: number): number {
    const chunks = this.#chunks!;
    const position = chunks.take(buffer, start, end, atMs, this.#passChunk);
    if (chunks.problem !== undefined) return this.#fail(chunks.problem, end);
    if (chunks.complete) this.#state = complete;
    return position;
  }

  readonly #passChunk = (buffer: Buffer, start: number, end: number, atMs: number): boolean => {
    this.#sink.onBody(buffer, start, end, atMs);
    return this.#state === chunkedBody;
  };

  #fail(problem: string, position: number): number {
    this.#state = failed;
    this.problem = problem;
    return position;
  }
}
