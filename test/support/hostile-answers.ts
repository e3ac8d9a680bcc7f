import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** What a hostile server does with a connection on which a request came. It may go on until the socket is closed. */
export type HostileAnswer = (socket: Socket) => void;

/** A hostile answer, and what is to become of the request: its failure's kind as exports call it, or `completed`. */
export interface Attack {
  readonly answer: HostileAnswer;
  readonly ends: string;
  /** The request asks for no stream. */
  readonly isWhole?: true;
}

const streamHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n';
const jsonHead = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const ok = 'HTTP/1.1 200 OK\r\n';
const delta = (content: string) => `data: {"choices":[{"delta":{"content":"${content}"}}]}\n\n`;
const finish = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const toolDelta = `data: ${JSON.stringify({
  choices: [{ delta: { tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '{' } }] } }],
})}\n\n`;
/** Mostly zeros, of which a thousand go into one byte. */
const bomb = gzipSync(Buffer.concat([Buffer.from('data: '), Buffer.alloc(64 * 1024 * 1024, 'a')]));
const chunk = 64 * 1024;

/** Writes the text, then as much more of the same as the other side takes, for ever. */
function endless(start: string, more: string): HostileAnswer {
  const block = Buffer.from(more.repeat(Math.ceil(chunk / more.length)));
  return (socket) => {
    const pump = () => {
      while (!socket.destroyed && socket.write(block));
    };
    socket.on('drain', pump);
    socket.write(start);
    pump();
  };
}

/** Writes the text, then a byte of the rest each 100 ms, from its beginning again at its end. */
function slowly(start: string, rest: string): HostileAnswer {
  return (socket) => {
    socket.write(start);
    let at = 0;
    const timer = setInterval(() => socket.write(rest[at++ % rest.length]!), 100);
    socket.once('close', () => clearInterval(timer));
  };
}

const once =
  (...parts: readonly (string | Buffer)[]): HostileAnswer =>
  (socket) => {
    for (const part of parts) socket.write(part);
  };

const andClose =
  (...parts: readonly (string | Buffer)[]): HostileAnswer =>
  (socket) =>
    void socket.end(Buffer.concat(parts.map((part) => Buffer.from(part))));

const tenThousand = 10_000;

/** Attacks by name that pass a limit or end by themselves: no timeout is needed. */
export const cutOff: Readonly<Record<string, Attack>> = {
  'endless-events': { answer: endless(`${streamHead}\r\n`, delta('a')), ends: 'protocol' },
  'endless-line': { answer: endless(`${streamHead}\r\ndata: `, 'a'), ends: 'protocol' },
  'endless-data-lines': { answer: endless(`${streamHead}\r\n`, 'data: a\n'), ends: 'protocol' },
  'huge-event': {
    answer: endless(`${streamHead}content-length: 900000000\r\n\r\ndata: {"a":"`, 'a'),
    ends: 'protocol',
  },
  'huge-body': { answer: endless(`${jsonHead}\r\n{"a":"`, 'a'), ends: 'protocol', isWhole: true },
  'endless-error': { answer: endless('HTTP/1.1 500 No\r\n\r\n', 'oh no '), ends: 'server_error' },
  'huge-header': { answer: endless(`${ok}x: `, 'a'), ends: 'protocol' },
  'many-headers': { answer: once(`${ok}${'x: 1\r\n'.repeat(1000)}\r\n`), ends: 'protocol' },
  'endless-interim': { answer: endless('', 'HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n'), ends: 'protocol' },
  'endless-redirects': {
    answer: andClose('HTTP/1.1 307 Go\r\nlocation: /endless-redirects/v1\r\ncontent-length: 0\r\n\r\n'),
    ends: 'protocol',
  },
  'gzip-bomb': {
    answer: once(`${streamHead}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`, bomb),
    ends: 'protocol',
  },
  'gzip-bomb-whole': {
    answer: once(`${jsonHead}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`, bomb),
    ends: 'protocol',
    isWhole: true,
  },
  'chunk-bomb': {
    answer: once(`${streamHead}transfer-encoding: chunked\r\n\r\n${'f'.repeat(16)}\r\n`),
    ends: 'protocol',
  },
  'huge-chunk': {
    answer: endless(`${streamHead}transfer-encoding: chunked\r\n\r\nfffffffffff\r\ndata: `, 'a'),
    ends: 'protocol',
  },
  'endless-chunk-extension': {
    answer: endless(`${streamHead}transfer-encoding: chunked\r\n\r\n5;a=`, 'a'),
    ends: 'protocol',
  },
  'split-response': {
    answer: once(`${streamHead}content-length: 0\r\n\r\n${streamHead}\r\n${delta('a')}${finish}`),
    ends: 'stream_truncated',
  },
  'no-http': { answer: endless('', '\u0000\u0001\u0002SSH-2.0'), ends: 'protocol' },
  'deep-json': {
    answer: andClose(`${streamHead}\r\ndata: {"choices":${'['.repeat(1e6)}${']'.repeat(1e6)}}\n\n${finish}`),
    ends: 'empty',
  },
  'many-tool-calls': {
    answer: andClose(`${streamHead}\r\n${toolDelta.repeat(tenThousand)}${finish}`),
    ends: 'completed',
  },
  'invalid-utf-8': {
    answer: andClose(`${streamHead}\r\n`, Buffer.from(delta('\u00ff\u00c3('), 'latin1'), finish),
    ends: 'completed',
  },
};

/** Attacks that hold a request by hardly sending anything; a timeout ends it. */
export const slow: Readonly<Record<string, Attack>> = {
  'never-reads': { answer: (socket) => void socket.pause(), ends: 'first_token_timeout' },
  'slow-head': { answer: slowly('', `${streamHead}x: ${'a'.repeat(1000)}`), ends: 'first_token_timeout' },
  'slow-body': { answer: slowly(`${streamHead}\r\n${delta('a')}`, ': ping\n'), ends: 'request_timeout' },
  'slow-whole-body': {
    answer: slowly(`${jsonHead}content-length: 1000\r\n\r\n{`, ' '),
    ends: 'request_timeout',
    isWhole: true,
  },
  silence: { answer: once(`${streamHead}\r\n${delta('a')}`), ends: 'idle_timeout' },
};

/** Attacks that send what counts for nothing, as fast as they can; a timeout ends them. */
export const floods: Readonly<Record<string, Attack>> = {
  'endless-comments': { answer: endless(`${streamHead}\r\n`, ': ping\n'), ends: 'first_token_timeout' },
  'endless-blank-lines': { answer: endless('', '\r\n'), ends: 'first_token_timeout' },
  'redirect-without-end': {
    answer: endless('HTTP/1.1 307 Go\r\nlocation: /never-reads/v1\r\n\r\n', 'a'),
    ends: 'first_token_timeout',
  },
};
