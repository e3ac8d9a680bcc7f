import { HeadCache, ResponseParser } from '@tokenstorm/worker';
import { comparableHeaders } from './response-outcome.ts';
import type { ResponseOutcome } from './response-outcome.ts';

/** What lies beyond the bytes of a read is older bytes: here line feeds, which would end a line that is cut. */
const readBuffer = Buffer.alloc(1 << 20, '\n');

/**
 * What our parser makes of bytes that come cut at the given ascending offsets, the connection being closed after them. Each
 * piece lies in one buffer that is overwritten when the parser has seen it, as that of the sockets is.
 */
export function parsePieces(
  bytes: Buffer,
  cuts: readonly number[],
  cache = new HeadCache(),
): ResponseOutcome {
  let statusCode = 0;
  let headers: string[] = [];
  let body = '';
  const sink = {
    onHead(head: { statusCode: number; headers: Readonly<Record<string, string>> }) {
      statusCode = head.statusCode;
      headers = comparableHeaders(head.headers);
    },
    onBody(buffer: Buffer, start: number, end: number) {
      if (end <= start) throw new Error('an empty piece of a body was delivered');
      body += buffer.toString('latin1', start, end);
    },
  };
  const parser = new ResponseParser(sink, cache);
  let from = 0;
  for (let index = 0; index <= cuts.length && !parser.complete && parser.problem === undefined; index++) {
    const to = cuts[index] ?? bytes.length;
    bytes.copy(readBuffer, 0, from, to);
    parser.take(readBuffer, 0, to - from, index);
    readBuffer.fill('\n', 0, to - from);
    from = to;
  }
  const end = parser.problem !== undefined ? 'protocol' : parser.finish() ? 'end' : 'reset';
  return { statusCode, headers, body, end };
}
