import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One request as it arrived. */
export interface ReceivedRequest {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

/** An HTTP server that keeps what it receives. */
export interface RecordingServer extends AsyncDisposable {
  /** Without a trailing slash and without `/v1`. */
  readonly url: string;
  /** In order of arrival. */
  readonly requests: readonly ReceivedRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
}

export type Answer = (request: ReceivedRequest, response: ServerResponse) => void;

/** A server on any free port that gives each request this answer: a short chat completion where none is given. */
export async function recordingServer(answer: Answer = answerChat): Promise<RecordingServer> {
  const requests: ReceivedRequest[] = [];
  let connections = 0;
  const server = createServer((message, response) => {
    void (async () => {
      const request = await receive(message);
      requests.push(request);
      answer(request, response);
    })();
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get connections() {
      return connections;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function receive(message: IncomingMessage): Promise<ReceivedRequest> {
  const sent = await text(message);
  const body = sent === '' ? {} : (JSON.parse(sent) as Record<string, unknown>);
  return { url: message.url ?? '', headers: message.headers, body };
}

const answerChat: Answer = ({ body }, response) => {
  const usage = { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 };
  const choice = { index: 0, finish_reason: 'stop' };
  if (body['stream'] !== true) {
    const message = { role: 'assistant', content: 'Hi' };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ choices: [{ ...choice, message }], usage }));
    return;
  }
  response.setHeader('content-type', 'text/event-stream');
  response.write(`data: ${JSON.stringify({ choices: [{ ...choice, delta: { content: 'Hi' } }] })}\n\n`);
  response.end(`data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`);
};
