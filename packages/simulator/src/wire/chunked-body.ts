import { HttpSyntaxError } from './http-request.ts';

const maxBodyBytes = 64 * 1024 * 1024;

/** The chunked body at the start of these bytes and where it ends; `null` while it is incomplete. Throws `HttpSyntaxError`. */
export function decodeChunkedBody(bytes: Buffer): { readonly body: Buffer; readonly end: number } | null {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = chunkSize(bytes.toString('latin1', at, lineEnd));
    at = lineEnd + 2;
    if (size === 0) return withoutTrailers(chunks, bytes, at);
    if (at + size > maxBodyBytes) throw new HttpSyntaxError(413, 'Body too large');
    if (bytes.length < at + size + 2) return null;
    if (bytes[at + size] !== 0x0d || bytes[at + size + 1] !== 0x0a)
      throw new HttpSyntaxError(400, 'Malformed chunk');
    chunks.push(bytes.subarray(at, at + size));
    at += size + 2;
  }
}

function chunkSize(line: string): number {
  const digits = /^([0-9a-fA-F]{1,8})(?:\s*;.*)?$/.exec(line)?.[1];
  if (digits === undefined) throw new HttpSyntaxError(400, 'Malformed chunk size');
  return Number.parseInt(digits, 16);
}

function withoutTrailers(
  chunks: Buffer[],
  bytes: Buffer,
  start: number,
): { body: Buffer; end: number } | null {
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    if (lineEnd === at) return { body: Buffer.concat(chunks), end: at + 2 };
    at = lineEnd + 2;
  }
}
