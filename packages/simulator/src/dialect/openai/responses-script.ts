import { BoundedCache } from '../../answer/bounded-cache.ts';
import type { Outline, TokenSpan } from '../../answer/outline.ts';
import type { Script, StreamShape, WholeBody } from '../../answer/script.ts';
import { jsonOf, paddingText } from '../../answer/words.ts';
import type { ModelBehaviour } from '../../settings/behaviour.ts';
import type { SentUsage } from '../../truth/truth-usage.ts';
import type { EventMarks, EventWriter } from '../../wire/event-writer.ts';
import type { Frame } from '../../wire/frame.ts';
import { errorUnder200, openaiErrorBody } from './openai.ts';
import { itemEvents } from './response-events.ts';
import type { ItemEvents, ResponseEvent } from './response-events.ts';
import { deltaText, responseItems, startedItem, wholeItem } from './response-items.ts';
import type { ResponseItem } from './response-items.ts';
import { responseObject } from './response-object.ts';
import { numbered, ResponseStream } from './response-stream.ts';
import { responsesUsage } from './responses-usage.ts';

/** Words answers as OpenAI's responses endpoint does. */
export class ResponsesScript implements Script {
  readonly ping: Frame;
  readonly brokenContent: Frame;
  readonly errorBody = openaiErrorBody(errorUnder200);
  readonly #model: string;
  readonly #behaviour: ModelBehaviour;
  readonly #events: EventWriter;
  readonly #frames = new BoundedCache<Frame>();

  constructor(model: string, behaviour: ModelBehaviour, events: EventWriter) {
    this.#model = model;
    this.#behaviour = behaviour;
    this.#events = events;
    this.ping = events.comment('PROCESSING');
    const name = 'response.output_text.delta';
    const json = jsonOf({ type: name, sequence_number: 0, delta: ' the' }, behaviour.text);
    this.brokenContent = events.event(json.slice(0, -Math.floor(json.length / 4)), { name });
  }

  stream(outline: Outline): StreamShape {
    const stream = new ResponseStream((event) => this.#event(event));
    const response = this.#response(outline, 'in_progress');
    stream.add({ type: 'response.created', response });
    stream.add({ type: 'response.in_progress', response });
    stream.endOpening();
    const items = responseItems(this.#behaviour, outline);
    for (const [index, item] of items.entries()) this.#addItem(stream, item, index, outline);
    const usage = this.#addEnd(stream, outline);
    stream.frames.add(this.#events.end());
    const { opening, content, tail } = stream.frames;
    const failure = (sent: number) => this.#failure(outline, stream.numbersAfter[sent] ?? 0);
    return { opening, content, tail, usage, failure };
  }

  body(outline: Outline): WholeBody {
    const usage = responsesUsage(this.#behaviour, outline);
    const response = this.#response(outline, endStatus(outline), usage);
    return { json: jsonOf(response, this.#behaviour.text), usage };
  }

  #addItem(stream: ResponseStream, item: ResponseItem, index: number, outline: Outline): void {
    const around = itemEvents(item, index, this.#behaviour);
    const place = { output_index: index };
    const started = startedItem(item, this.#behaviour);
    const added: ResponseEvent = { type: 'response.output_item.added', ...place, item: started };
    if (item.kind === 'function_call') stream.addContent((number) => this.#named(numbered(added, number)));
    else stream.add(added);
    for (const event of around.before) stream.add(event);
    for (const span of item.spans)
      stream.addContent((number) => this.#content(item.kind, span, around, number));
    for (const event of around.after) stream.add(event);
    const whole = wholeItem(item, this.#behaviour, endStatus(outline));
    stream.add({ type: 'response.output_item.done', ...place, item: whole });
  }

  /** The event that says which function is called. */
  #named(added: ResponseEvent): Frame {
    return this.#event(added, { content: { tokens: 0, isReasoning: false } });
  }

  #content(kind: ResponseItem['kind'], span: TokenSpan, { deltaType, place }: ItemEvents, at: number): Frame {
    const { from, count, isReasoning, isLast } = span;
    const render = () => {
      const delta = deltaText(kind, span, this.#behaviour);
      const logprobs = deltaType === 'response.output_text.delta' ? { logprobs: [] } : {};
      const obfuscation = this.#behaviour.obfuscation ? { obfuscation: paddingText(from, delta.length) } : {};
      const event = { type: deltaType, ...place, delta, ...logprobs, ...obfuscation };
      return this.#event(numbered(event, at), { content: { tokens: count, isReasoning } });
    };
    return this.#frames.get(`${deltaType} ${at} ${from} ${count} ${isLast}`, render);
  }

  /** The last event, where there is one: it carries usage. */
  #addEnd(stream: ResponseStream, outline: Outline): SentUsage | null {
    const { finish, done } = this.#behaviour;
    if (finish === 'none' || !done) return null;
    const usage = responsesUsage(this.#behaviour, outline);
    const status = endStatus(outline);
    stream.add({ type: `response.${status}`, response: this.#response(outline, status, usage) });
    return usage;
  }

  #failure(outline: Outline, number: number): Frame[] {
    const { code, message, param } = errorUnder200;
    const response = this.#response(outline, 'failed');
    return [
      this.#event(numbered({ type: 'error', code, message, param }, number)),
      this.#event(numbered({ type: 'response.failed', response }, number + 1)),
    ];
  }

  #response(
    outline: Outline,
    status: 'in_progress' | 'completed' | 'incomplete' | 'failed',
    usage: SentUsage | null = null,
  ): object {
    const behaviour = this.#behaviour;
    const hasEnded = status === 'completed' || status === 'incomplete';
    const items = hasEnded ? responseItems(behaviour, outline) : [];
    const output = items.map((item) => wholeItem(item, behaviour, status));
    return responseObject(this.#model, outline, { status, output, usage: usage?.object ?? null });
  }

  #event(event: ResponseEvent, marks: EventMarks = {}): Frame {
    return this.#events.event(jsonOf(event, this.#behaviour.text), { ...marks, name: event.type });
  }
}

function endStatus({ finish }: Outline): 'completed' | 'incomplete' {
  return finish === 'length' ? 'incomplete' : 'completed';
}
