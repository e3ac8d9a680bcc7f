import type { HttpRequest } from '@tokenstorm/providers';

/** Header names that the client writes itself, or that would change where the body ends. */
const ownHeaders = new Set([
  'host',
  'content-length',
  'connection',
  'accept-encoding',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
]);

const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// A line break or a NUL in a value would let it add headers of its own.
const forbiddenInValue = /[\0\r\n]/;

/** The request's own headers, without those that the client writes itself. Throws where one cannot be sent. */
export function ownRequestHeaders(request: HttpRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name in request.headers) {
    if (ownHeaders.has(name)) continue;
    const value = request.headers[name]!;
    checkHeader(name, value);
    headers[name] = value;
  }
  return headers;
}

/** The first lines of every request to one URL, the method aside. */
export function messagePrefix(url: URL): string {
  return `${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: keep-alive\r\naccept-encoding: identity\r\n`;
}

/** A whole HTTP/1.1 request, to be written as UTF-8. Throws where a header cannot be sent. */
export function requestMessage(request: HttpRequest, prefix: string): string {
  let message = `${request.method} ${prefix}`;
  const { headers, body } = request;
  for (const name in headers) {
    if (ownHeaders.has(name)) continue;
    const value = headers[name]!;
    checkHeader(name, value);
    message += `${name}: ${value}\r\n`;
  }
  if (request.method === 'GET' && body === '') return `${message}\r\n`;
  return `${message}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function checkHeader(name: string, value: string): void {
  if (!headerName.test(name)) throw new Error('a header name of the request has a forbidden character');
  if (forbiddenInValue.test(value)) throw new Error(`the request header ${name} holds a line break`);
}
