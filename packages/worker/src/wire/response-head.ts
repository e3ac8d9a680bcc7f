import type { ResponseHead } from './wire-client.ts';

/** Longest head, and longest trailer block, that is accepted. */
export const maximumHeadBytes = 65_536;
/** Most header lines that are accepted in one head. */
const maximumHeaders = 256;

/** How the end of a body is found (RFC 9112, section 6.3). */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

/** A head together with what it means for the connection. */
export interface ParsedHead extends ResponseHead {
  readonly framing: Framing;
  /** Body bytes where the framing is `length`, otherwise 0. */
  readonly contentLength: number;
  /** The connection may carry another request after this response. */
  readonly keepAlive: boolean;
  /** How long the server says it keeps an idle connection (`keep-alive: timeout=5`); `Infinity` where it says nothing. */
  readonly keepAliveTimeoutMs: number;
  /** The body's coding in lower case; empty where there is none or `identity`. */
  readonly contentEncoding: string;
}

interface HeaderLines {
  readonly headers: Record<string, string>;
  contentLength: number;
  transferEncoding: string | undefined;
}

const statusLine = /^HTTP\/(0\.9|1\.0|1\.1|2\.0) ([1-9]\d\d)(?: [^\r]*)?$/;

/** For each byte: 1 where it may stand in a header's name, 2 where it may stand in a value, 3 in both. */
const characterUses = new Uint8Array(256);
for (let code = 0; code < 256; code++) {
  const inName = code < 128 && /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code)) ? 1 : 0;
  const inValue = code === 9 || (code >= 32 && code !== 127) ? 2 : 0;
  characterUses[code] = inName | inValue;
}

/**
 * The parsed form of a head, given as Latin-1 text from `HTTP/` up to and without the blank line; or, in a string, what is
 * wrong with it. As strict as undici: no bare line feeds, no folded lines, no repeated content-length.
 */
export function parseHead(text: string): ParsedHead | string {
  const lineEnd = text.indexOf('\r\n');
  const status = statusLine.exec(lineEnd < 0 ? text : text.slice(0, lineEnd));
  if (status === null) return 'the status line is malformed';
  const lines = parseHeaderLines(text, lineEnd < 0 ? text.length : lineEnd + 2);
  if (typeof lines === 'string') return lines;
  const statusCode = Number(status[2]);
  if (statusCode === 101) return 'the server switched protocols';
  if (lines.contentLength >= 0 && lines.transferEncoding !== undefined) {
    return 'the head has both a content-length and a transfer-encoding';
  }
  return describe(statusCode, status[1] === '1.1' || status[1] === '2.0', lines);
}

/** What is wrong with the trailer lines of a chunked body; `undefined` where nothing is. */
export function trailerProblem(text: string): string | undefined {
  const lines = parseHeaderLines(text, 0);
  if (typeof lines === 'string') return lines;
  return lines.contentLength >= 0 ? 'the trailer has a content-length' : undefined;
}

/** By hand, which is faster than regular expressions: most servers send a head that is new each time. */
function parseHeaderLines(text: string, from: number): HeaderLines | string {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  const lines: HeaderLines = { headers, contentLength: -1, transferEncoding: undefined };
  let count = 0;
  for (let start = from; start < text.length; count++) {
    const colon = endOfUse(text, start, 1);
    const end = endOfUse(text, colon + 1, 2);
    if (colon === start || text.charCodeAt(colon) !== 58) return 'a header line is malformed';
    if (end < text.length && !text.startsWith('\r\n', end)) return 'a header line is malformed';
    const name = text.slice(start, colon).toLowerCase();
    const problem = addHeader(lines, name, trimmed(text, colon + 1, end));
    if (problem !== undefined) return problem;
    start = end + 2;
  }
  return count > maximumHeaders ? `the head has more than ${maximumHeaders} headers` : lines;
}

/** The first position from `start` on whose character has not the given use. */
function endOfUse(text: string, start: number, use: number): number {
  let position = start;
  while (position < text.length && (characterUses[text.charCodeAt(position)]! & use) !== 0) position++;
  return position;
}

/** `text[start..end)` without blanks and tabs at its ends. */
function trimmed(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

function addHeader(lines: HeaderLines, name: string, value: string): string | undefined {
  const before = lines.headers[name];
  lines.headers[name] = before === undefined ? value : `${before}, ${value}`;
  if (name === 'transfer-encoding') lines.transferEncoding = value;
  if (name !== 'content-length') return undefined;
  if (before !== undefined) return 'the head has several content-lengths';
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(Number(value))) return 'the content-length is malformed';
  lines.contentLength = Number(value);
  return undefined;
}

function describe(statusCode: number, persistent: boolean, lines: HeaderLines): ParsedHead {
  const framing = framingOf(statusCode, lines);
  const encoding = (lines.headers['content-encoding'] ?? '').toLowerCase();
  const contentEncoding = encoding === 'identity' ? '' : encoding;
  // A body that the status forbids may follow all the same: the connection is not trusted any more (as in undici).
  const straysPossible =
    framing === 'none' && (lines.contentLength > 0 || lines.transferEncoding !== undefined);
  return {
    statusCode,
    headers: lines.headers,
    decoded: contentEncoding !== '' && framing !== 'none',
    framing,
    contentLength: framing === 'length' ? lines.contentLength : 0,
    keepAlive: framing !== 'close' && !straysPossible && staysOpen(persistent, lines.headers['connection']),
    keepAliveTimeoutMs: timeoutHint(lines.headers['keep-alive']),
    contentEncoding,
  };
}

function framingOf(statusCode: number, lines: HeaderLines): Framing {
  if (statusCode < 200 || statusCode === 204 || statusCode === 304) return 'none';
  if (lines.transferEncoding !== undefined) {
    return /(?:^|,)[ \t]*chunked$/i.test(lines.transferEncoding) ? 'chunked' : 'close';
  }
  return lines.contentLength >= 0 ? 'length' : 'close';
}

function staysOpen(persistent: boolean, connection: string | undefined): boolean {
  if (connection === undefined) return persistent;
  const options = connection.toLowerCase().split(/[ \t]*,[ \t]*/);
  return !options.includes('close') && (persistent || options.includes('keep-alive'));
}

function timeoutHint(keepAlive: string | undefined): number {
  const match = keepAlive === undefined ? null : /(?:^|[,; \t])timeout=(\d+)/i.exec(keepAlive);
  return match === null ? Number.POSITIVE_INFINITY : Number(match[1]) * 1000;
}
