import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A server that gives back all that it is sent, in every spelling that it knows, as a careless one may. */
export interface EchoServer extends AsyncDisposable {
  /** Without a trailing slash; the first segment of a path below it is one of `echoes`. */
  readonly url: string;
  /** Everything that it was sent in one text: what must not come out of whoever sent it. */
  readonly received: string;
  /** Answers given. */
  readonly answers: number;
}

/** Spells a text in one way or another. */
type Spelling = (value: string) => string;

const html: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  "'": '&#39;',
  '/': '&#x2F;',
  '=': '&#61;',
};

/** One of them in each answer, in turn. */
const spellings: readonly Spelling[] = [
  (value) => value,
  encodeURIComponent,
  (value) => encodeURIComponent(encodeURIComponent(value)),
  (value) => JSON.stringify(value).replaceAll('/', '\\/').replaceAll('+', '\\u002B'),
  (value) => Buffer.from(value).toString('base64'),
  (value) => Buffer.from(`me:${value}`).toString('base64url'),
  (value) => Buffer.from(value).toString('hex'),
  (value) => value.replaceAll(/[&<'/=]/g, (character) => html[character] ?? ''),
  (value) => `${value.slice(0, -3)}...`,
  (value) => `...${value.slice(3)}`,
];

interface Sent {
  readonly path: string;
  readonly message: IncomingMessage;
  readonly body: string;
  /** What is echoed. */
  readonly said: string;
}

type Echo = (sent: Sent, response: ServerResponse) => void;

const error = (said: string) => ({ error: { message: said, type: 'invalid_request_error', code: said } });

/** How a server says something back, by name. */
export const echoes: Readonly<Record<string, Echo>> = {
  json: ({ said }, response) =>
    head(response, 401, 'application/json', said).end(JSON.stringify(error(said))),
  nested: ({ said }, response) =>
    head(response, 403, 'application/json').end(JSON.stringify(error(JSON.stringify(error(said))))),
  missing: ({ said }, response) => head(response, 404, 'text/plain', said).end(),
  text: ({ said }, response) => head(response, 400, 'text/plain', said).end(said),
  page: ({ said }, response) =>
    head(response, 502, 'text/html').end(`<html><title>${said}</title><p>${said}</html>`),
  long: ({ said }, response) => head(response, 500, 'text/plain').end(`${'x'.repeat(270)} ${said}`),
  chunks: ({ said }, response) => {
    head(response, 422, 'application/json');
    for (const piece of JSON.stringify(error(said)).match(/.{1,7}/gs) ?? []) response.write(piece);
    response.end();
  },
  cut: ({ said }, response) => {
    head(response, 401, 'application/json').write(
      JSON.stringify(error(said)).slice(0, -Math.ceil(said.length / 5)),
    );
    setImmediate(() => response.destroy());
  },
  stream: ({ path, said }, response) =>
    events(response, path.endsWith('/messages') ? [{ type: 'error', ...error(said) }] : [error(said)]),
  broken: ({ said }, response) =>
    head(response, 200, 'text/event-stream').end(`data: {"choices": ${said}\n\n`),
  answer: ({ path, said }, response) => events(response, answerEvents(path, said)),
  redirect: ({ said }, response) => {
    response.writeHead(307, { location: `http://127.0.0.1:1/${encodeURI(said)}` }).end(said);
  },
};

/** Starts one on any free port. */
export async function echoServer(): Promise<EchoServer> {
  let received = '';
  let answers = 0;
  const server = createServer((message, response) => {
    void (async () => {
      const body = await text(message);
      // A proxy is sent whole URLs.
      const { pathname } = new URL(message.url ?? '', 'http://h');
      const [, name = ''] = pathname.split('/');
      received += `${message.url} ${JSON.stringify(message.headers)} ${body}\n`;
      const spelled = spellings[answers % spellings.length] ?? String;
      answers += 1;
      const said = `refused ${secretsOf(message, body).map(spelled).join(' ')}`;
      (echoes[name] ?? echoes['text']!)({ path: pathname, message, body, said }, response);
    })();
  });
  server.on('connect', (message, socket) => {
    const said = secretsOf(message, '').join(' ');
    received += `${JSON.stringify(message.headers)}\n`;
    answers += 1;
    socket.on('error', () => {});
    socket.end(
      `HTTP/1.1 407 ${said}\r\nproxy-authenticate: Basic realm="${said}"\r\ncontent-length: 0\r\n\r\n`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get received() {
      return received;
    },
    get answers() {
      return answers;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Whatever of a request nobody else should know. */
function secretsOf({ headers, url = '' }: IncomingMessage, body: string): readonly string[] {
  const names = ['authorization', 'x-api-key', 'proxy-authorization', 'x-tenant', 'x-auth-token', 'cookie'];
  const values = names.flatMap((name) => headers[name] ?? []);
  const { pathname, searchParams } = new URL(url, 'http://h');
  const inBody = /"api_key":"([^"]*)"/.exec(body)?.[1];
  return [
    ...values,
    ...searchParams.values(),
    decodeURIComponent(pathname.split('/')[2] ?? ''),
    inBody ?? '',
  ].filter((value) => value !== '');
}

/** The head of an answer, with an echo in its headers where one is given. */
function head(response: ServerResponse, status: number, type: string, said?: string): ServerResponse {
  const echo = said?.replaceAll(/[^\x20-\x7e]/g, '') ?? '';
  const more =
    said === undefined ? {} : { 'x-request-id': echo, server: echo, 'x-echo': echo, 'set-cookie': echo };
  return response.writeHead(status, { 'content-type': type, ...more });
}

function events(response: ServerResponse, list: readonly object[]): void {
  head(response, 200, 'text/event-stream', 'fine');
  for (const event of list) {
    const type = 'type' in event ? `event: ${String(event.type)}\n` : '';
    response.write(`${type}data: ${JSON.stringify(event)}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

/** A whole streamed answer that says it, in each dialect. */
function answerEvents(path: string, said: string): readonly object[] {
  if (path.endsWith('/messages')) {
    return [
      { type: 'message_start', message: { id: said, usage: { input_tokens: 1, output_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: said } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } },
      { type: 'message_stop' },
    ];
  }
  if (path.endsWith('/responses')) {
    return [
      { type: 'response.output_text.delta', item_id: said, output_index: 0, content_index: 0, delta: said },
      { type: 'response.completed', response: { id: said, status: 'completed', output: [] } },
    ];
  }
  const choice = { index: 0, finish_reason: null };
  return [
    { id: said, choices: [{ ...choice, delta: { content: said } }] },
    { id: said, choices: [{ ...choice, delta: {}, finish_reason: 'stop' }] },
  ];
}
