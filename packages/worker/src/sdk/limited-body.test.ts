import { describe, expect, it } from 'vitest';
import { limitedBody } from './limited-body.ts';

const mebibyte = 1024 * 1024;

/** A response of so many pieces of a MiB each, and whether somebody gave it up. */
function responseOf(pieces: number, fill: string, init: ResponseInit) {
  const given = { up: false };
  const piece = new Uint8Array(mebibyte).fill(fill.charCodeAt(0));
  let left = pieces;
  const body = new ReadableStream({
    pull: (controller) => (left-- > 0 ? controller.enqueue(piece) : controller.close()),
    cancel: () => void (given.up = true),
  });
  return { given, response: new Response(body, init) };
}

const stream = { headers: { 'content-type': 'text/event-stream' } };

async function bytesOf(response: Response): Promise<number> {
  let bytes = 0;
  for await (const piece of limitedBody(response)!) bytes += piece.length;
  return bytes;
}

describe('the body that an SDK gets', () => {
  it.each([
    ['a stream of lines', 100, '\n', stream],
    ['a stream with a long line', 8, 'a', stream],
    ['a whole body', 16, 'a', {}],
    ['the body of an error', 1, 'a', { status: 500 }],
  ])('is what came: %s', async (_, pieces, fill, init) => {
    expect(await bytesOf(responseOf(pieces, fill, init).response)).toBe(pieces * mebibyte);
  });

  it.each([
    ['a line of a stream', 12, 'a', stream, 'a line of the body is longer than 8 MiB'],
    ['a whole body', 20, 'a', {}, 'a line of the body is longer than 16 MiB'],
    ['a whole body of lines', 20, '\n', {}, 'the body is longer than 16 MiB'],
    ['the body of an error', 5, '\n', { status: 500 }, 'the body is longer than 1 MiB'],
    ['a stream of lines', 1030, '\n', stream, 'the body is longer than 1024 MiB'],
  ])('fails where it is too long, and is given up: %s', async (_, pieces, fill, init, message) => {
    const { response, given } = responseOf(pieces, fill, init);
    await expect(bytesOf(response)).rejects.toMatchObject({ code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE', message });
    expect(given.up).toBe(true);
  });

  it('is given up where nobody wants the rest', async () => {
    const { response, given } = responseOf(100, '\n', stream);
    for await (const _ of limitedBody(response)!) break;
    expect(given.up).toBe(true);
  });

  it('is none where there is none', () => {
    expect(limitedBody(new Response(null, { status: 204 }))).toBeNull();
  });
});
