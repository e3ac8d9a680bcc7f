import { readEvents } from './chat-stream.ts';
import { postRequest } from './raw-exchange.ts';

/** An event whose data is JSON and whose `event` line has to say the same as its `type`. */
export interface NamedEvent {
  readonly type: string;
  readonly sequence_number?: number;
  readonly index?: number;
  readonly delta?: unknown;
  readonly message?: unknown;
  readonly content_block?: unknown;
  readonly usage?: unknown;
  readonly response?: unknown;
  readonly item?: unknown;
  readonly [key: string]: unknown;
}

/** The events of a body, comments left out. Throws where one is not JSON, or named otherwise than its type. */
export function readNamedEvents(body: string): NamedEvent[] {
  return readEvents(body).flatMap(({ name, data }) => {
    if (data === null) return [];
    const event: NamedEvent = JSON.parse(data);
    if (event.type !== name) throw new Error(`An event ${event.type} is named ${name}.`);
    return [event];
  });
}

/** The pieces of text of this kind of delta, joined: `text_delta.text`, or a plain string for OpenAI's. */
export function joinedDeltas(events: readonly NamedEvent[], type: string, field?: string): string {
  return events
    .map(({ type: eventType, delta }) => {
      if (field === undefined) return eventType === type && typeof delta === 'string' ? delta : '';
      if (typeof delta !== 'object' || delta === null) return '';
      const piece = new Map<string, unknown>(Object.entries(delta));
      return piece.get('type') === type ? String(piece.get(field)) : '';
    })
    .join('');
}

const version = 'anthropic-version: 2023-06-01';

/** A request to Anthropic's endpoint as it goes over the wire. */
export function messagesRequest(
  model: string,
  body: Readonly<Record<string, unknown>> = {},
  headers: readonly string[] = [version],
): string {
  const messages = [{ role: 'user', content: 'Hello there' }];
  const json = JSON.stringify({ model, max_tokens: 4, messages, stream: true, ...body });
  return postRequest('/v1/messages', json, headers);
}

/** A request to OpenAI's responses endpoint as it goes over the wire. */
export function responsesRequest(
  model: string,
  body: Readonly<Record<string, unknown>> = {},
  headers: readonly string[] = [],
): string {
  const json = JSON.stringify({ model, input: 'Hello there', stream: true, ...body });
  return postRequest('/v1/responses', json, headers);
}
