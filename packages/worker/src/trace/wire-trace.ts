import type { Clock, ConnectionTimes } from '@tokenstorm/core';
import { redact } from '@tokenstorm/providers';
import type { HttpRequest } from '@tokenstorm/providers';
import type { Conceal } from '../request/conceal.ts';
import type { ResponseHead, ResponseObserver, WireFailure } from '../wire/wire-client.ts';

/** As much of a response's body as is kept. */
const maxBodyBytes = 1024 * 1024;
/** Headers whose values are keys or sessions, whatever they look like. */
const secretHeader = /auth|key|token|cookie|secret|session|password/i;
/** Names that only look like one of them: `x-ratelimit-remaining-tokens`. */
const plainHeader = /ratelimit/i;

/**
 * What went over the wire for one request, as text: each line of the response after the milliseconds from the send to the
 * socket read that completed it. Keys are left out: header values and query parameters by name, everything else by value.
 */
export class WireTrace implements ResponseObserver {
  readonly #request: HttpRequest;
  readonly #target: ResponseObserver;
  readonly #clock: Clock;
  readonly #conceal: Conceal;
  readonly #onEnd: (text: string) => void;
  readonly #startMs: number;
  readonly #lines: string[] = [];
  readonly #decoder = new TextDecoder();
  #bodyBytes = 0;
  #openLine = '';
  #lastReadMs = 0;
  #isOver = false;

  constructor(
    request: HttpRequest,
    target: ResponseObserver,
    parts: { readonly clock: Clock; readonly conceal: Conceal; readonly onEnd: (text: string) => void },
  ) {
    this.#request = request;
    this.#target = target;
    this.#clock = parts.clock;
    this.#conceal = parts.conceal;
    this.#onEnd = parts.onEnd;
    this.#startMs = parts.clock.nowMs();
  }

  mayWrite(): boolean {
    const mayWrite = this.#target.mayWrite?.() !== false;
    if (!mayWrite) this.abort();
    return mayWrite;
  }

  onStart(connection: ConnectionTimes, atMs: number): void {
    this.#note(`connection: ${connectionText(connection)}`, atMs);
    this.#target.onStart?.(connection, atMs);
  }

  onHead(head: ResponseHead, atMs: number): void {
    this.#say(`< HTTP/1.1 ${head.statusCode}`, atMs);
    for (const [name, value] of Object.entries(head.headers)) this.#say(`< ${header(name, value)}`, atMs);
    this.#say('<', atMs);
    this.#target.onHead(head, atMs);
  }

  onBody(buffer: Buffer, start: number, end: number, atMs: number): void {
    this.#body(this.#decoder.decode(buffer.subarray(start, end), { stream: true }), atMs);
    this.#target.onBody(buffer, start, end, atMs);
  }

  onEnd(atMs: number): void {
    this.#end('end of the response', atMs);
    this.#target.onEnd(atMs);
  }

  onFailure(failure: WireFailure, atMs: number): void {
    this.#end(`failed: ${failure.kind}: ${failure.message}`, atMs);
    this.#target.onFailure(failure, atMs);
  }

  /** The client gave the request up. Harmless once it is over. */
  abort(): void {
    this.#end('given up by the client', this.#clock.nowMs());
  }

  #body(text: string, atMs: number): void {
    if (this.#bodyBytes > maxBodyBytes) return;
    this.#bodyBytes += text.length;
    this.#lastReadMs = atMs;
    const lines = (this.#openLine + text).split('\n');
    this.#openLine = lines.pop() ?? '';
    for (const line of lines) this.#say(`< ${line.trimEnd()}`, atMs);
    if (this.#bodyBytes <= maxBodyBytes) return;
    this.#sayRest();
    this.#note('the rest of the body is left out', atMs);
  }

  #end(words: string, atMs: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#sayRest();
    this.#note(words, atMs);
    // Only now: a long prompt must not hold up its own request.
    const sent = requestLines(this.#request).map((line) => this.#clean(line));
    this.#onEnd(`${[...sent, ...this.#lines].join('\n')}\n`);
  }

  /** A last line without an end, or one that a failure cut. */
  #sayRest(): void {
    if (this.#openLine !== '') this.#say(`< ${this.#openLine}`, this.#lastReadMs);
    this.#openLine = '';
  }

  #note(words: string, atMs: number): void {
    this.#say(`* ${words}`, atMs);
  }

  #say(line: string, atMs: number): void {
    this.#lines.push(`${(atMs - this.#startMs).toFixed(3).padStart(10)}  ${this.#clean(line)}`.trimEnd());
  }

  #clean(line: string): string {
    return redact(this.#conceal(line));
  }
}

function requestLines({ method, url, headers, body }: HttpRequest): string[] {
  const at = ' '.repeat(5) + '0.000  ';
  const head = [`${method} ${url.pathname}${queryText(url)} HTTP/1.1`, `host: ${url.host}`];
  const lines = [...head, ...Object.entries(headers).map(([name, value]) => header(name, value)), '', body];
  return lines.map((line) => `${at}> ${line}`.trimEnd());
}

function header(name: string, value: string): string {
  const isSecret = secretHeader.test(name) && !plainHeader.test(name);
  return `${name}: ${isSecret ? '[redacted]' : value}`;
}

/** Names only: a value may be a key under any name. */
function queryText(url: URL): string {
  const names = [...url.searchParams.keys()].map((name) => `${name}=[redacted]`);
  return names.length === 0 ? '' : `?${names.join('&')}`;
}

function connectionText({ reused, dnsMs, tcpMs, tlsMs }: ConnectionTimes): string {
  if (reused) return 'reused';
  const parts = { dns: dnsMs, tcp: tcpMs, tls: tlsMs };
  const known = Object.entries(parts).flatMap(([name, ms]) =>
    ms === undefined ? [] : [`${name} ${ms.toFixed(3)} ms`],
  );
  return ['new', ...known].join(', ');
}
