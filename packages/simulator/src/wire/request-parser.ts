import { decodeChunkedBody } from './chunked-body.ts';
import { HttpSyntaxError, parseRequestHead } from './http-request.ts';
import type { HttpRequest, RequestHead } from './http-request.ts';

const maxHeadBytes = 64 * 1024;

/** Cuts the bytes of one connection into HTTP/1.1 requests, pipelined ones too. */
export class RequestParser {
  #parts: Buffer[] = [];
  #size = 0;
  #head: RequestHead | null = null;
  /** Bytes that have to be there before another look makes sense. */
  #wanted = 0;
  #wantsContinue = false;

  push(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
  }

  /** Bytes that belong to no request yet. */
  get pendingBytes(): number {
    return this.#size;
  }

  /** True once for each request whose client waits for `100 Continue` before it sends the body. */
  takeContinue(): boolean {
    const wanted = this.#wantsContinue;
    this.#wantsContinue = false;
    return wanted;
  }

  /** The next request that is complete, if there is one. Throws `HttpSyntaxError`. */
  next(): HttpRequest | null {
    if (this.#size === 0 || this.#size < this.#wanted) return null;
    this.#head ??= this.#takeHead();
    return this.#head && this.#takeBody(this.#head);
  }

  #takeHead(): RequestHead | null {
    const bytes = skipLineEnds(this.#joined());
    const end = bytes.indexOf('\r\n\r\n');
    if (end > maxHeadBytes || (end < 0 && bytes.length > maxHeadBytes)) {
      throw new HttpSyntaxError(431, 'Request head too large');
    }
    if (end < 0) return null;
    const head = parseRequestHead(bytes.toString('latin1', 0, end));
    this.#keep(bytes.subarray(end + 4));
    this.#wanted = Math.max(0, head.contentLength);
    this.#wantsContinue = head.expectsContinue && this.#size === 0;
    return head;
  }

  #takeBody(head: RequestHead): HttpRequest | null {
    if (this.#size < this.#wanted) return null;
    const bytes = this.#joined();
    const found =
      head.contentLength < 0
        ? decodeChunkedBody(bytes)
        : { body: bytes.subarray(0, head.contentLength), end: head.contentLength };
    if (found === null) return null;
    this.#keep(bytes.subarray(found.end));
    this.#head = null;
    this.#wanted = 0;
    const { method, path, headers, closes } = head;
    return { method, path, headers, closes, body: found.body };
  }

  #joined(): Buffer {
    const [only] = this.#parts;
    if (only !== undefined && this.#parts.length === 1) return only;
    const joined = Buffer.concat(this.#parts);
    this.#parts = [joined];
    return joined;
  }

  #keep(bytes: Buffer): void {
    this.#parts = bytes.length > 0 ? [bytes] : [];
    this.#size = bytes.length;
  }
}

/** RFC 9112 2.2: empty lines before a request line are ignored. */
function skipLineEnds(bytes: Buffer): Buffer {
  let start = 0;
  while (bytes[start] === 0x0d || bytes[start] === 0x0a) start += 1;
  return start === 0 ? bytes : bytes.subarray(start);
}
