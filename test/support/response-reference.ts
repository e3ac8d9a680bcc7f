import { comparableHeaders } from './response-outcome.ts';
import type { ResponseOutcome } from './response-outcome.ts';

/**
 * HTTP/1 responses read in the simplest way there is: the whole text at hand, one regular expression for each rule of
 * RFC 9112, nothing incremental. It shares no code with the parser that it judges, and is itself judged by undici.
 */
export function referenceOutcome(text: string): ResponseOutcome {
  const start = text.replace(/^[\r\n]+/, '');
  if (!'HTTP/'.startsWith(start.slice(0, 5))) return failure();
  const head = headerBlock(start);
  if (head === undefined) return failure();
  const match = /^HTTP\/(?:0\.9|1\.0|1\.1|2\.0) ([1-9]\d\d)(?: [^\r\n]*)?\r\n((?:[^\r\n]*\r\n)*)\r\n$/.exec(
    head,
  );
  const headers = match === null ? undefined : headerLines(match[2]!);
  if (match === null || headers === undefined) return failure();
  const { 'content-length': size, 'transfer-encoding': transfer } = headers;
  if (size !== undefined && (transfer !== undefined || !isLength(size))) return failure();
  const statusCode = Number(match[1]);
  if (statusCode === 101) return failure();
  const rest = start.slice(head.length);
  if (statusCode < 200) return referenceOutcome(rest);
  const told = { statusCode, headers: comparableHeaders(headers) };
  return { ...told, ...bodyOf(statusCode, rest, size?.[0], transfer?.at(-1)) };
}

type Body = Pick<ResponseOutcome, 'body' | 'end'>;

function failure(): ResponseOutcome {
  return { statusCode: 0, headers: [], body: '', end: 'failure' };
}

function isLength(sizes: readonly string[]): boolean {
  return sizes.length === 1 && /^\d+$/.test(sizes[0]!) && Number(sizes[0]) <= Number.MAX_SAFE_INTEGER;
}

/** Up to and with the first empty line; `undefined` where there is none or a line ends without a carriage return. */
function headerBlock(text: string): string | undefined {
  const block = /^(?:[^\n]*\r\n)*?\r\n/.exec(text.slice(0, 65_536));
  return block === null ? undefined : block[0];
}

function headerLines(text: string): Record<string, string[]> | undefined {
  const headers = Object.create(null) as Record<string, string[]>;
  const lines = text.split('\r\n').slice(0, -1);
  if (lines.length > 256) return undefined;
  for (const line of lines) {
    const match =
      /^([-!#$%&'*+.^_`|~\w]+):[ \t]*((?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)[ \t]*$/.exec(line);
    if (match === null) return undefined;
    (headers[match[1]!.toLowerCase()] ??= []).push(match[2]!);
  }
  return headers;
}

function bodyOf(
  statusCode: number,
  rest: string,
  size: string | undefined,
  transfer: string | undefined,
): Body {
  if (statusCode === 204 || statusCode === 304) return { body: '', end: 'end' };
  if (transfer !== undefined && /(^|,)[ \t]*chunked$/i.test(transfer)) return chunkedBody(rest);
  if (size === undefined) return { body: rest, end: 'end' };
  const body = rest.slice(0, Number(size));
  return { body, end: body.length === Number(size) ? 'end' : 'failure' };
}

const token = "[-!#$%&'*+.^_`|~\\w]";
const quoted = '"(?:[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';
/** `;name=value` as undici takes it: the name may be empty, a value may end in a quoted text; a last `;` may not stand alone. */
const extension = `;${token}*(?:=${token}*(?:${quoted})?)?`;
const sizeLine = new RegExp(`^([0-9a-fA-F]+)((?:${extension})*)\\r\\n`);

function chunkedBody(text: string): Body {
  let body = '';
  for (let rest = text; ;) {
    const line = sizeLine.exec(rest);
    if (line === null || line[2]!.endsWith(';')) return { body, end: 'failure' };
    const size = Number.parseInt(line[1]!, 16);
    rest = rest.slice(line[0].length);
    if (size === 0) return { body, end: trailersEnd(rest) ? 'end' : 'failure' };
    if (size > Number.MAX_SAFE_INTEGER) return { body, end: 'failure' };
    body += rest.slice(0, size);
    rest = rest.slice(size);
    if (!rest.startsWith('\r\n')) return { body, end: 'failure' };
    rest = rest.slice(2);
  }
}

function trailersEnd(text: string): boolean {
  const block = headerBlock(text);
  const headers = block === undefined ? undefined : headerLines(block.slice(0, -2));
  return headers !== undefined && headers['content-length'] === undefined;
}
