import { providers } from '@tokenstorm/providers';
import type { Provider } from '@tokenstorm/providers';
import { openResponseBody } from '../open-response-body.ts';
import type { ResponseTimeline } from '../response-timeline.ts';
import { timelineFields } from '../timeline-fields.ts';
import { failureOf } from '../timeline-outcome.ts';

/** A read and its stamp. */
export type Read = readonly [data: string | Uint8Array, atMs: number];

/** A streamed response, of chat unless told otherwise, read from one shared buffer, which is spoilt before each read. */
export function readAll(
  reads: readonly Read[],
  provider: Provider = providers.openai.chat,
): ResponseTimeline {
  const body = openResponseBody(provider, true);
  const stamped = reads.map(([data, atMs]) => ({ bytes: Buffer.from(data), atMs }));
  const shared = Buffer.alloc(Math.max(0, ...stamped.map(({ bytes }) => bytes.length)) + 10);
  for (const { bytes, atMs } of stamped) {
    shared.fill('*');
    bytes.copy(shared, 5);
    body.read(shared, 5, 5 + bytes.length, atMs);
  }
  body.end();
  return body.timeline;
}

/** Every way to cut a stream in two, then byte by byte. */
export function* cuts(stream: Uint8Array): Generator<readonly Read[]> {
  for (let at = 0; at <= stream.length; at++) {
    yield [
      [stream.subarray(0, at), 10],
      [stream.subarray(at), 20],
    ];
  }
  yield Array.from(stream, (byte, at): Read => [Uint8Array.of(byte), at]);
}

/** One event of a chat stream: a chunk with one choice. */
export function event(delta: object, choice: object = {}, root: object = {}): string {
  const chunk = { id: 'c', choices: [{ index: 0, delta, finish_reason: null, ...choice }], ...root };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

export function text(content: string, choice: object = {}, root: object = {}): string {
  return event({ content }, choice, root);
}

/** The chunk at a stream's end that carries nothing but the usage. */
export function usageChunk(usage: object): string {
  return `data: ${JSON.stringify({ id: 'c', choices: [], usage })}\n\n`;
}

export const role = event({ role: 'assistant', content: '' });
export const finish = event({}, { finish_reason: 'stop' });
export const done = 'data: [DONE]\n\n';

/** What does not depend on how a stream was cut into reads. */
export function factsOf(timeline: ResponseTimeline): Record<string, unknown> {
  const fields = timelineFields(timeline, { originMs: 0 });
  return {
    contentEvents: fields.contentEvents,
    gaps: fields.chunkGapsMs.length,
    reasoningEvents: fields.reasoningEvents,
    eventTokens: fields.eventTokens,
    usage: fields.usage,
    usageSource: fields.usageSource,
    finishReason: fields.finishReason,
    hasEnded: timeline.hasEnded,
    characters: timeline.characters,
    failure: failureOf(timeline)?.kind,
  };
}

/** The facts of a response that said nothing. */
const nothing = {
  contentEvents: 0,
  reasoningEvents: 0,
  eventTokens: [],
  usage: { outputTokens: 0 },
  usageSource: 'estimated',
  finishReason: undefined,
  hasEnded: false,
  characters: 0,
  failure: undefined,
};

/** Those facts with some of them changed; without a usage of its own, its output tokens are estimated. */
export function facts(change: Partial<Record<keyof typeof nothing, unknown>>): Record<string, unknown> {
  const { contentEvents = 0, characters = 0 } = change;
  const outputTokens = Math.ceil(Number(characters) / 4);
  const usageSource = change.usage === undefined ? 'estimated' : 'provider';
  return {
    ...nothing,
    gaps: Math.max(Number(contentEvents) - 1, 0),
    usage: { outputTokens },
    usageSource,
    ...change,
  };
}

/** The same for a response that stopped by itself and had its end mark. */
export function endedFacts(change: Partial<Record<keyof typeof nothing, unknown>>): Record<string, unknown> {
  return facts({ finishReason: 'stop', hasEnded: true, ...change });
}
