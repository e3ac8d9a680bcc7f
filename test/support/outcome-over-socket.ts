import type { HttpClient } from '@tokenstorm/worker';
import { comparableHeaders } from './response-outcome.ts';
import type { ResponseOutcome } from './response-outcome.ts';

const options = { connectTimeoutMs: 5000, tls: { insecure: false } };

/** What a client's observer is told of one request. Throws where it is told of two ends, or of anything after the end. */
export function outcomeOverSocket(client: HttpClient, url: URL): Promise<ResponseOutcome> {
  let statusCode = 0;
  let headers: string[] = [];
  let body = '';
  let ended = false;
  return new Promise((resolve, reject) => {
    const goOn = (): void => {
      if (ended) reject(new Error('the observer was called after the end'));
    };
    const settle = (end: ResponseOutcome['end']): void => {
      goOn();
      ended = true;
      // Time for a second end, should there be one.
      setImmediate(() => resolve({ statusCode, headers, body, end }));
    };
    client.send(
      { method: 'POST', url, headers: {}, body: '{}' },
      {
        onHead(head) {
          goOn();
          statusCode = head.statusCode;
          headers = comparableHeaders(head.headers);
        },
        onBody(buffer, start, end) {
          goOn();
          body += buffer.toString('latin1', start, end);
        },
        onEnd: () => settle('end'),
        onFailure: ({ kind }) => settle(kind === 'protocol' || kind === 'reset' ? kind : 'failure'),
      },
      options,
    );
  });
}
