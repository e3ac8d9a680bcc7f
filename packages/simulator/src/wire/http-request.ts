/** A request as it came off a connection. */
export interface HttpRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Lower-case names; a repeated header is joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** The client wants the connection closed after the answer. */
  readonly closes: boolean;
}

/** What cannot be read as a request: the connection gets this status and ends. */
export class HttpSyntaxError extends Error {
  override readonly name = 'HttpSyntaxError';
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

export interface RequestHead extends Omit<HttpRequest, 'body'> {
  /** -1 for a chunked body. */
  readonly contentLength: number;
  readonly expectsContinue: boolean;
}

const maxBodyBytes = 64 * 1024 * 1024;

/** Reads a request head, without the blank line that ends it. Throws `HttpSyntaxError`. */
export function parseRequestHead(text: string): RequestHead {
  const lines = text.split('\r\n');
  const [, method, target, minorVersion] = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(lines[0] ?? '') ?? [];
  if (method === undefined || target === undefined) throw new HttpSyntaxError(400, 'Malformed request line');
  const headers = new Map<string, string>();
  for (let index = 1; index < lines.length; index += 1) addHeader(headers, lines[index] ?? '');
  const connection = headers.get('connection')?.toLowerCase() ?? '';
  return {
    method,
    path: target.split('?', 1)[0] ?? target,
    headers,
    closes: minorVersion === '0' ? !connection.includes('keep-alive') : connection.includes('close'),
    contentLength: bodyLength(headers),
    expectsContinue: headers.get('expect')?.toLowerCase() === '100-continue',
  };
}

function addHeader(headers: Map<string, string>, line: string): void {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon)).toLowerCase();
  if (name === '' || /[\s]/.test(name)) throw new HttpSyntaxError(400, 'Malformed header line');
  const value = line.slice(colon + 1).trim();
  const before = headers.get(name);
  headers.set(name, before === undefined ? value : `${before}, ${value}`);
}

function bodyLength(headers: ReadonlyMap<string, string>): number {
  const encoding = headers.get('transfer-encoding')?.toLowerCase();
  const given = headers.get('content-length');
  if (encoding !== undefined) {
    if (encoding !== 'chunked' || given !== undefined) throw new HttpSyntaxError(400, 'Unsupported framing');
    return -1;
  }
  if (given === undefined) return 0;
  if (!/^\d+$/.test(given)) throw new HttpSyntaxError(400, 'Malformed content-length');
  if (Number(given) > maxBodyBytes) throw new HttpSyntaxError(413, 'Body too large');
  return Number(given);
}
