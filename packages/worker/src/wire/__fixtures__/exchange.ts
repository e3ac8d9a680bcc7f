import type { Clock, ConnectionTimes } from '@tokenstorm/core';
import type { HttpRequest } from '@tokenstorm/providers';
import type { HttpClient, ResponseHead, SendOptions, WireFailure, WireRequest } from '../wire-client.ts';

export const systemClock: Clock = { nowMs: () => performance.now(), epochMs: () => Date.now() };

export const plain: SendOptions = { connectTimeoutMs: 5000, tls: { insecure: false } };

/** All that an observer was told, in order. */
export interface Told {
  readonly request: WireRequest;
  readonly starts: ConnectionTimes[];
  readonly heads: ResponseHead[];
  readonly pieces: { readonly text: string; readonly atMs: number }[];
  /** `end`, or the failure. */
  readonly outcomes: ('end' | WireFailure)[];
  readonly body: string;
}

export function post(url: string, overrides: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'POST',
    url: new URL(url),
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
    ...overrides,
  };
}

/** Sends a request and resolves when its outcome is told. `onPiece` is called for each piece of the body. */
export function ask(
  client: HttpClient,
  request: HttpRequest | string,
  options: SendOptions = plain,
  onPiece?: (told: Told) => void,
): Promise<Told> {
  return new Promise((resolve) => {
    const told: { -readonly [Key in keyof Told]: Told[Key] } = {
      request: { abort() {}, connection: { reused: false }, staleReconnects: 0, redirects: 0 },
      starts: [],
      heads: [],
      pieces: [],
      outcomes: [],
      body: '',
    };
    const finish = (outcome: 'end' | WireFailure): void => {
      told.outcomes.push(outcome);
      // A second outcome, should there be one, is seen by whoever looks after this.
      setImmediate(() => resolve(told));
    };
    const observer = {
      onStart: (times: ConnectionTimes) => void told.starts.push(times),
      onHead: (head: ResponseHead) => void told.heads.push(head),
      onBody: (buffer: Buffer, start: number, end: number, atMs: number) => {
        const text = buffer.toString('latin1', start, end);
        told.pieces.push({ text, atMs });
        told.body += text;
        onPiece?.(told);
      },
      onEnd: () => finish('end'),
      onFailure: (failure: WireFailure) => finish(failure),
    };
    told.request = client.send(typeof request === 'string' ? post(request) : request, observer, options);
  });
}
