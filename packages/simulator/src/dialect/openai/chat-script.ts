import { BoundedCache } from '../../answer/bounded-cache.ts';
import type { CompletionRequest } from '../../answer/completion-request.ts';
import { streamedTokens } from '../../answer/outline.ts';
import type { Outline, TokenSpan } from '../../answer/outline.ts';
import type { Script, StreamShape, WholeBody } from '../../answer/script.ts';
import type { StreamedTokens } from '../../answer/token-counts.ts';
import type { ModelBehaviour } from '../../settings/behaviour.ts';
import type { EventWriter } from '../../wire/event-writer.ts';
import type { Frame } from '../../wire/frame.ts';
import { chatBody } from './chat-body.ts';
import { ChatJson } from './chat-json.ts';
import type { ChunkExtras } from './chat-json.ts';
import { chatUsage, endsWithUsage } from './chat-usage.ts';
import { errorUnder200, openaiErrorBody } from './openai.ts';

/** Words answers as the chat and the legacy completions endpoint do. */
export class ChatScript implements Script {
  readonly ping: Frame;
  readonly brokenContent: Frame;
  readonly errorBody = openaiErrorBody(errorUnder200);
  readonly #model: string;
  readonly #behaviour: ModelBehaviour;
  readonly #events: EventWriter;
  readonly #json: ChatJson;
  readonly #frames = new BoundedCache<Frame>();

  constructor(
    endpoint: 'chat' | 'completions',
    model: string,
    behaviour: ModelBehaviour,
    events: EventWriter,
  ) {
    this.#model = model;
    this.#behaviour = behaviour;
    this.#events = events;
    this.#json = new ChatJson(endpoint, model, behaviour);
    this.ping = events.comment('PROCESSING');
    const span = { from: 0, count: 1, isReasoning: false, isLast: false };
    const json = this.#json.content(span, false, {});
    this.brokenContent = events.event(json.slice(0, -Math.floor(json.length / 4)));
  }

  stream(outline: Outline): StreamShape {
    const { request } = outline;
    const behaviour = this.#behaviour;
    const usage = endsWithUsage(behaviour, request)
      ? chatUsage(behaviour, request, streamedTokens(outline.spans))
      : null;
    const hasRole =
      request.endpoint === 'chat' && (behaviour.role === 'early' || behaviour.role === 'with_first');
    const role = hasRole ? [this.#events.event(this.#json.role(this.#extras(request)))] : [];
    const failure = [this.#events.event(this.errorBody), ...this.#done()];
    return {
      opening: role,
      content: this.#content(outline),
      tail: this.#tail(outline, usage && this.#json.usage(usage.object)),
      usage,
      failure: () => failure,
    };
  }

  body(outline: Outline): WholeBody {
    return chatBody(outline, this.#model, this.#behaviour);
  }

  #tail({ request, spans, finish }: Outline, usageJson: string | null): Frame[] {
    const behaviour = this.#behaviour;
    const events = this.#events;
    const needsFinish =
      behaviour.finish === 'separate' || (behaviour.finish === 'merged' && spans.length === 0);
    return [
      ...(needsFinish ? [events.event(this.#json.finish(finish, this.#extras(request)))] : []),
      ...(usageJson === null ? [] : [events.event(usageJson)]),
      ...this.#done(),
      events.end(),
    ];
  }

  #content(outline: Outline): Frame[] {
    const { spans, finish } = outline;
    const isMerged = this.#behaviour.role === 'merged';
    const sent = { all: 0, reasoning: 0 };
    const frames: Frame[] = [];
    for (const span of spans) {
      const opensCall = finish === 'tool_calls' && !span.isReasoning && span.from === 0;
      if (opensCall) frames.push(this.#nameFrame(isMerged && frames.length === 0, outline, sent));
      sent.all += span.count;
      sent.reasoning += span.isReasoning ? span.count : 0;
      const extras = { ...this.#countedExtras(outline, sent), ...this.#spanExtras(outline, span) };
      frames.push(this.#contentFrame(span, isMerged && frames.length === 0, extras));
    }
    return frames;
  }

  /** The chunk that says which function is called. */
  #nameFrame(hasRole: boolean, outline: Outline, sent: StreamedTokens): Frame {
    const json = this.#json.toolName(hasRole, this.#countedExtras(outline, sent));
    return this.#events.event(json, { content: { tokens: 0, isReasoning: false } });
  }

  /** What every content chunk may say: the usage of what was sent so far. */
  #countedExtras({ request }: Outline, sent: StreamedTokens): ChunkExtras {
    const isCounting = this.#behaviour.usage === 'each_chunk';
    const usage = isCounting && { usage: chatUsage(this.#behaviour, request, sent).object };
    return { ...this.#extras(request), ...usage };
  }

  #spanExtras({ spans, finish }: Outline, span: TokenSpan): ChunkExtras {
    const { from, count } = span;
    const endsHere = this.#behaviour.finish === 'merged' && span === spans.at(-1);
    const tokenIds = Array.from({ length: count }, (_, index) => 1_000 + from + index);
    return { ...(endsHere && { finishReason: finish }), ...(this.#behaviour.tokenIds && { tokenIds }) };
  }

  #contentFrame(span: TokenSpan, hasRole: boolean, extras: ChunkExtras): Frame {
    const { from, count, isReasoning, isLast } = span;
    const render = () => {
      const json = this.#json.content(span, hasRole, extras);
      return this.#events.event(json, { content: { tokens: count, isReasoning } });
    };
    if (extras.finishReason !== undefined || extras.usage) return render();
    return this.#frames.get(
      `${from} ${count} ${isReasoning} ${isLast} ${hasRole} ${extras.usage === null}`,
      render,
    );
  }

  #extras(request: CompletionRequest): ChunkExtras {
    return this.#behaviour.usage !== 'never' && request.includesUsage ? { usage: null } : {};
  }

  #done(): Frame[] {
    return this.#behaviour.done ? [this.#events.event('[DONE]')] : [];
  }
}
