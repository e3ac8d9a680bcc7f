import {
  inMebibytes,
  maxBodyBytes,
  maxErrorBodyBytes,
  maxEventBytes,
  maxStreamBytes,
} from '../stream/response-limits.ts';

const lineFeed = 10;

/** The body of a response, which fails as undici's own limit on bodies would where it is longer than our own client takes it. */
export function limitedBody(response: Response): ReadableStream<Uint8Array> | null {
  const { body, status, headers } = response;
  if (body === null) return null;
  const isStream = status < 300 && headers.get('content-type')?.includes('event-stream') === true;
  if (isStream) return limited(body, new BodyLimit(maxStreamBytes, maxEventBytes));
  const mostBytes = status < 300 ? maxBodyBytes : maxErrorBodyBytes;
  return limited(body, new BodyLimit(mostBytes, mostBytes));
}

/** By hand: a `TransformStream` takes three times as long for each piece. */
function limited(body: ReadableStream<Uint8Array>, limit: BodyLimit): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        const problem = limit.take(value);
        if (problem === undefined) return controller.enqueue(value);
        controller.error(problem);
        await reader.cancel(problem);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** Counts bytes, in all and in a line. */
class BodyLimit {
  readonly #mostBytes: number;
  readonly #mostLineBytes: number;
  #bytes = 0;
  #lineBytes = 0;

  constructor(mostBytes: number, mostLineBytes: number) {
    this.#mostBytes = mostBytes;
    this.#mostLineBytes = mostLineBytes;
  }

  /** What is wrong with the body once it has these bytes too; undefined where nothing is. */
  take(bytes: Uint8Array): Error | undefined {
    const last = bytes.lastIndexOf(lineFeed);
    this.#bytes += bytes.length;
    this.#lineBytes = last < 0 ? this.#lineBytes + bytes.length : bytes.length - last - 1;
    if (this.#lineBytes > this.#mostLineBytes) return tooLong('a line of the body', this.#mostLineBytes);
    return this.#bytes > this.#mostBytes ? tooLong('the body', this.#mostBytes) : undefined;
  }
}

function tooLong(what: string, limitBytes: number): Error {
  const message = `${what} is longer than ${inMebibytes(limitBytes)}`;
  return Object.assign(new Error(message), { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' });
}
