/** One event of a stream, or one comment, as a strict reader of the SSE specification sees it. */
export interface ReadEvent {
  /** Of its `event` line; `null` without one. */
  readonly name: string | null;
  readonly data: string | null;
  readonly comment: string | null;
}

/** A decoded HTTP response. */
export interface ReadResponse {
  readonly statusCode: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** The body came to the end that its head announces. */
  readonly isWhole: boolean;
}

/** Reads one response; chunks are put together. */
export function readResponse(bytes: Buffer): ReadResponse {
  const end = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const rest = bytes.subarray(end + 4);
  const statusCode = Number(first.split(' ')[1]);
  if (headers.get('transfer-encoding') === 'chunked') return { statusCode, headers, ...dechunk(rest) };
  const length = headers.get('content-length');
  return { statusCode, headers, body: rest.toString('utf8'), isWhole: rest.length === Number(length ?? -1) };
}

function dechunk(bytes: Buffer): { body: string; isWhole: boolean } {
  const chunks: Buffer[] = [];
  let at = 0;
  let size = -1;
  while (at < bytes.length && size !== 0) {
    const lineEnd = bytes.indexOf('\r\n', at);
    size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return { body: Buffer.concat(chunks).toString('utf8'), isWhole: size === 0 && at === bytes.length };
}

/** The events and comments of a body: lines end in CRLF, CR or LF, `data` lines of one event are joined by LF. */
export function readEvents(body: string): ReadEvent[] {
  const events: ReadEvent[] = [];
  let data: string[] = [];
  let name: string | null = null;
  for (const line of body.split(/\r\n|\r|\n/)) {
    if (line.startsWith(':')) events.push({ name: null, data: null, comment: line.slice(1) });
    if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
    if (line.startsWith('event:')) name = line.slice(line[6] === ' ' ? 7 : 6);
    if (line !== '' || data.length === 0) continue;
    events.push({ name, data: data.join('\n'), comment: null });
    data = [];
    name = null;
  }
  return events;
}

/** The deltas, finish reasons and usages of a chat stream. */
export interface ReadChunk {
  readonly id: string;
  readonly choices: readonly {
    readonly delta: {
      readonly role?: string;
      readonly content?: string;
      readonly reasoning_content?: string;
      readonly refusal?: string;
      readonly tool_calls?: readonly {
        readonly function: { readonly name?: string; readonly arguments: string };
      }[];
    };
    readonly finish_reason: string | null;
    readonly token_ids?: readonly number[];
  }[];
  readonly usage?: { readonly completion_tokens: number } | null;
  readonly error?: { readonly message: string };
}

/** The JSON of every event but `[DONE]`. Throws where one is not JSON. */
export function readChunks(body: string): ReadChunk[] {
  const texts = readEvents(body).flatMap(({ data }) => (data === null || data === '[DONE]' ? [] : [data]));
  return texts.map((text): ReadChunk => JSON.parse(text));
}

/** The answer's text. */
export function contentOf(body: string): string {
  return readChunks(body)
    .map((chunk) => chunk.choices[0]?.delta.content ?? '')
    .join('');
}
