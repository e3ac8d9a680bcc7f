import type { HttpRequest } from '@tokenstorm/providers';
import type { TargetClient } from '../request/target-client.ts';
import type { ResponseHead, ResponseObserver, WireFailure } from '../wire/wire-client.ts';

/** As much of a body as is kept: the lists of routers with thousands of models are some megabytes. */
const maxBodyBytes = 16 * 1024 * 1024;

/** A response with all of its body, up to 16 MB. */
export interface Reply {
  readonly type: 'response';
  readonly statusCode: number;
  readonly body: string;
}

/** What a request outside the load came to. */
export type WholeAnswer =
  | Reply
  | { readonly type: 'failure'; readonly failure: WireFailure }
  | { readonly type: 'silence' };

/** Sends one request and waits for all of its response, `timeoutMs` at most. */
export function wholeAnswer(
  { http, sendOptions }: Pick<TargetClient, 'http' | 'sendOptions'>,
  request: HttpRequest,
  timeoutMs: number,
): Promise<WholeAnswer> {
  return new Promise((resolve) => {
    const end = (answer: WholeAnswer) => {
      clearTimeout(timer);
      resolve(answer);
    };
    const wire = http.send(request, collector(end), sendOptions);
    const timer = setTimeout(() => {
      wire.abort();
      resolve({ type: 'silence' });
    }, timeoutMs);
  });
}

function collector(end: (answer: WholeAnswer) => void): ResponseObserver {
  const parts: Buffer[] = [];
  let statusCode = 0;
  let bytes = 0;
  return {
    onHead: (head: ResponseHead) => void (statusCode = head.statusCode),
    onBody: (buffer, start, stop) => {
      if (bytes > maxBodyBytes) return;
      bytes += stop - start;
      parts.push(Buffer.from(buffer.subarray(start, stop)));
    },
    onEnd: () => end({ type: 'response', statusCode, body: Buffer.concat(parts).toString('utf8') }),
    onFailure: (failure) => end({ type: 'failure', failure }),
  };
}
