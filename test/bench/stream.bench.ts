// What reading a stream costs: ns per event from socket bytes to the timeline, by kind of event and size of read.
//   node --conditions=source test/bench/stream.bench.ts
import { providers } from '@tokenstorm/providers';
import type { Provider } from '@tokenstorm/providers';
import { openResponseBody } from '@tokenstorm/worker';

const eventsPerStream = 1_000;
const streamsPerRound = 40;
const rounds = 12;
const readBytes = 65_536;

const head =
  '{"id":"chatcmpl-0123456789abcdef","object":"chat.completion.chunk","created":1755800000,"model":"meta-llama/Llama-3-8b"';

function chunk(text: string, more = ''): string {
  return `data: ${head},"choices":[{"index":0,"delta":{"content":"${text}"},"logprobs":null,"finish_reason":null}]${more}}\n\n`;
}

function message(text: string): string {
  return `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${text}"}}\n\n`;
}

function responsesDelta(text: string, index: number, more = ''): string {
  return `event: response.output_text.delta\ndata: {"type":"response.output_text.delta","sequence_number":${index},"item_id":"msg_67c9fdcf37fc8190ba82116e33fb28c5","output_index":0,"content_index":0,"delta":"${text}","logprobs":[]${more}}\n\n`;
}

type EventAt = (index: number) => string;

/** Streams of other dialects than chat. */
const dialects: Readonly<Record<string, readonly [Provider, EventAt]>> = {
  'messages, same frame': [providers.anthropic.messages, (index) => message(` token${index % 10}`)],
  'messages, escape in each text (parsed)': [
    providers.anthropic.messages,
    (index) => message(`\\n${index % 10}`),
  ],
  'responses, numbered events (parsed)': [
    providers.openai.responses,
    (index) => responsesDelta(` token${index % 10}`, index),
  ],
  'responses, numbered and padded (parsed)': [
    providers.openai.responses,
    (index) => responsesDelta(` token${index % 10}`, index, `,"obfuscation":"${'x'.repeat(index % 9)}"`),
  ],
};

/** Streams of chat completions by name: what each event looks like. */
const streams: Readonly<Record<string, EventAt>> = {
  'same frame, ASCII text': (index) => chunk(` token${index % 10}`),
  'same frame, CRLF': (index) => chunk(` token${index % 10}`).replaceAll('\n', '\r\n'),
  'same frame, Chinese text': (index) => chunk(`标记${index % 10}`),
  'escape in each text (parsed)': (index) => chunk(`\\n${index % 10}`),
  'usage in each chunk (parsed)': (index) => chunk('a', `,"usage":{"completion_tokens":${index + 1}}`),
  'padding in each chunk (parsed)': (index) =>
    chunk('a', `,"obfuscation":"${'x'.repeat(index % 9)}${index}"`),
};

/** A stream as the reads that a socket gives. */
type Reads = readonly Buffer[];

function eventReads(event: EventAt): Reads {
  return Array.from({ length: eventsPerStream }, (_, index) => Buffer.from(event(index)));
}

function cutEvery(size: number, reads: Reads): Reads {
  const stream = Buffer.concat(reads);
  return Array.from({ length: Math.ceil(stream.length / size) }, (_, at) =>
    stream.subarray(at * size, (at + 1) * size),
  );
}

/** Reads one stream through one shared buffer, as sockets do. */
function readStream(provider: Provider, reads: Reads, shared: Buffer, onText?: () => void): number {
  const body = openResponseBody(provider, true, onText);
  for (let index = 0; index < reads.length; index++) {
    const read = reads[index]!;
    body.read(shared, 0, read.copy(shared), index);
  }
  body.end();
  return body.timeline.contentEvents;
}

/** The fastest round: other work on the machine only ever adds. The copy into the shared buffer is part of it. */
function nsPerEvent(provider: Provider, reads: Reads, onText?: () => void): number {
  const shared = Buffer.alloc(readBytes);
  let bestMs = Infinity;
  for (let round = 0; round < rounds; round++) {
    const startMs = performance.now();
    let events = 0;
    for (let count = 0; count < streamsPerRound; count++)
      events += readStream(provider, reads, shared, onText);
    if (events !== streamsPerRound * eventsPerStream) throw new Error(`${events} content events`);
    bestMs = Math.min(bestMs, performance.now() - startMs);
  }
  return (bestMs * 1e6) / (streamsPerRound * eventsPerStream);
}

function kilobytesPerStream(): number {
  const stream = Buffer.concat(eventReads(streams['same frame, ASCII text']!)).subarray(0, 3_000);
  globalThis.gc?.();
  const before = process.memoryUsage();
  const open = Array.from({ length: 10_000 }, () => {
    const body = openResponseBody(providers.openai.chat, true);
    body.read(stream, 0, stream.length, 1);
    return body;
  });
  globalThis.gc?.();
  const after = process.memoryUsage();
  const used = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
  return used / 1024 / open.length;
}

const chat = Object.entries(streams).map(([name, event]) => [name, [providers.openai.chat, event]] as const);
for (const [name, [provider, event]] of [...chat, ...Object.entries(dialects)]) {
  const reads = eventReads(event);
  const large = cutEvery(readBytes, reads);
  const figures = [
    `64 KiB reads ${nsPerEvent(provider, large).toFixed(0)}`,
    `a read per event ${nsPerEvent(provider, reads).toFixed(0)}`,
    `cut every 400 bytes ${nsPerEvent(provider, cutEvery(400, reads)).toFixed(0)}`,
    `64 KiB reads, every frame parsed ${nsPerEvent(provider, large, () => undefined).toFixed(0)}`,
  ];
  console.log(`${name}: ns per event: ${figures.join(', ')}`);
}
if (globalThis.gc !== undefined) {
  console.log(`an open stream after 12 events: ${kilobytesPerStream().toFixed(2)} KiB`);
}
