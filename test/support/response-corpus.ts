/** A response as a server sends it, byte for byte, its connection closed after it. */
export interface RecordedResponse {
  readonly name: string;
  /** Latin-1: one character for each byte. */
  readonly text: string;
  /** What a client must make of it: a whole response, or a failure of this kind. */
  readonly outcome: 'end' | 'reset' | 'protocol';
}

const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const chunked = (...pieces: string[]): string => `${pieces.map(chunk).join('')}0\r\n\r\n`;
const length = (body: string): string => `content-length: ${body.length}\r\n\r\n${body}`;

const delta = (text: string): string =>
  utf8(
    `data: {"id":"chatcmpl-9q","object":"chat.completion.chunk","created":1767225600,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":${JSON.stringify(text)}},"finish_reason":null}]}`,
  );
const small = (text: string): string =>
  utf8(`data: {"choices":[{"delta":{"content":${JSON.stringify(text)}}}]}`);
const finish = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}';
const usage = 'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}';
const done = 'data: [DONE]';
const words = ['Hello', ' wörld', ' 👋', '!'];
const chat = (end: string): string[] => [...words.map(delta), finish, usage, done].map((line) => line + end);
const brief = (end: string): string[] => [...words.slice(1).map(small), done].map((line) => line + end);

const openai =
  'HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: text/event-stream; charset=utf-8\r\n' +
  'Transfer-Encoding: chunked\r\nConnection: keep-alive\r\nopenai-processing-ms: 187\r\nx-ratelimit-limit-requests: 500\r\n' +
  'x-request-id: req_0123456789abcdef\r\nSet-Cookie: __cf_bm=a; path=/\r\nSet-Cookie: _cfuvid=b; path=/\r\nServer: cloudflare\r\n\r\n';
const uvicorn =
  'HTTP/1.1 200 OK\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT\r\nserver: uvicorn\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n';
const json = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const short = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const completion =
  '{"id":"chatcmpl-9q","choices":[{"index":0,"message":{"role":"assistant","content":"Hi."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2}}';
const problem = (message: string): string =>
  `{"error":{"message":"${message}","type":"invalid_request_error"}}`;

const whole: Record<string, string> = {
  'chat stream, a chunk for each event, LF': openai + chunked(...chat('\n\n')),
  'chat stream, a chunk for each event, CRLF': openai + chunked(...chat('\r\n\r\n')),
  'chat stream, a chunk for each event, CR': openai + chunked(...chat('\r\r')),
  'chat stream in one chunk, LF': uvicorn + chunked(chat('\n\n').join('')),
  'short stream, chunked, LF': short + chunked(...brief('\n\n')),
  'short stream, chunked, CRLF': short + chunked(...brief('\r\n\r\n')),
  'short stream, chunked, CR': short + chunked(...brief('\r\r')),
  'short stream, chunks that cut events and UTF-8 apart':
    short +
    chunked(
      ...(brief('\n\n')
        .join('')
        .match(/[^]{1,17}/g) ?? []),
    ),
  'short stream of a known length, LF': `HTTP/1.1 200 OK\r\n${length(brief('\n\n').join(''))}`,
  'short stream of a known length, CRLF': `HTTP/1.1 200 OK\r\n${length(brief('\r\n\r\n').join(''))}`,
  'short stream up to the close, LF': `HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${brief('\n\n').join('')}`,
  'short stream up to the close, CR': `HTTP/1.0 200 OK\r\n\r\n${brief('\r\r').join('')}`,
  'comments, event and id lines':
    short +
    chunked(': ping\n\n', 'event: message\nid: 7\n', `${small('a')}\n\n`, ': ping\n\n', `${done}\n\n`),
  'whole completion': `${json}date: Thu, 01 Jan 2026 00:00:00 GMT\r\n${length(completion)}`,
  'whole completion, chunked': `${json}transfer-encoding: chunked\r\n\r\n${chunked(completion)}`,
  'names in capitals, blanks and tabs around values': `HTTP/1.1 200 OK\r\nCONTENT-TYPE:\t text/plain\r\nTRANSFER-ENCODING:  Chunked\r\nX-Empty:\r\nX-Inner: a \t b\r\n\r\n${chunked('ok')}`,
  '401 with a message': `HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\nwww-authenticate: Bearer\r\n${length(problem('Incorrect API key'))}`,
  '429 with Retry-After': `HTTP/1.1 429 Too Many Requests\r\nretry-after: 20\r\nx-ratelimit-remaining-requests: 0\r\n${length(problem('Rate limit reached'))}`,
  '500 that closes': `HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\n${length('Internal Server Error')}`,
  '503 without a reason': `HTTP/1.1 503\r\n${length('overloaded')}`,
  '502 in HTML up to the close':
    'HTTP/1.1 502 Bad Gateway\r\nserver: nginx\r\n\r\n<html><body>\r\n<h1>502</h1>\r\n</body></html>\r\n',
  '204 without a body': 'HTTP/1.1 204 No Content\r\nserver: x\r\n\r\n',
  '204 that names a length': 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n',
  '304 that names a length': 'HTTP/1.1 304 Not Modified\r\netag: "x"\r\ncontent-length: 500\r\n\r\n',
  '307 with a location': `HTTP/1.1 307 Temporary Redirect\r\nlocation: /v1/chat/completions\r\n${length('')}`,
  'an empty body': 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
  'an empty chunked body': `${short}0\r\n\r\n`,
  trailers: `${short}${chunk('hello')}0\r\nx-checksum: abc\r\nServer-Timing: total;dur=12\r\n\r\n`,
  'chunk extensions': `${short}5;a\r\nhello\r\n6;n=v;q="x \\" y";z\r\n world\r\n0;last=1\r\n\r\n`,
  'chunk sizes with zeros and in capitals': `${short}0005\r\nhello\r\n1A\r\n${'z'.repeat(26)}\r\n000\r\n\r\n`,
  '103 Early Hints before the response': `HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n${short}${chunked('hello')}`,
  'two 102 Processing before the response': `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${json}${length('{}')}`,
  'empty lines before the response': `\r\n\r\n${json}${length('{}')}`,
  'encodings before chunked': `HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\ntransfer-encoding: , chunked\r\n\r\n${chunked('not really gzip')}`,
};

const broken: Record<string, readonly [string, 'reset' | 'protocol']> = {
  'stream cut off inside a chunk': [short + chunked(...brief('\n\n')).slice(0, 60), 'reset'],
  'known length cut off': ['HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello', 'reset'],
  'cut off inside the head': ['HTTP/1.1 200 OK\r\ncontent-type: text/ev', 'reset'],
  'length and chunked at once': [
    `HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n${chunked('hello')}`,
    'protocol',
  ],
  'a chunk longer than its size': [`${short}5\r\nhello, world\r\n0\r\n\r\n`, 'protocol'],
  'no HTTP at all': ['220 smtp.example.test ESMTP\r\n', 'protocol'],
};

/** Forty responses in the manner of the servers that they are named after. */
export const responseCorpus: readonly RecordedResponse[] = [
  ...Object.entries(whole).map(([name, text]): RecordedResponse => ({ name, text, outcome: 'end' })),
  ...Object.entries(broken).map(([name, [text, outcome]]): RecordedResponse => ({ name, text, outcome })),
];
