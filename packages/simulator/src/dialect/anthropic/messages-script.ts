import { BoundedCache } from '../../answer/bounded-cache.ts';
import { streamedTokens } from '../../answer/outline.ts';
import type { Outline, TokenSpan } from '../../answer/outline.ts';
import type { Script, StreamShape, WholeBody } from '../../answer/script.ts';
import { StreamBuilder } from '../../answer/stream-builder.ts';
import { jsonOf } from '../../answer/words.ts';
import type { ModelBehaviour } from '../../settings/behaviour.ts';
import type { SentUsage } from '../../truth/truth-usage.ts';
import type { EventMarks, EventWriter } from '../../wire/event-writer.ts';
import { idHole } from '../../wire/frame.ts';
import type { Frame } from '../../wire/frame.ts';
import { anthropicErrorBody, overloaded } from './anthropic.ts';
import { blockDelta, messageBlocks, silentDeltas, startedBlock, wholeBlock } from './message-blocks.ts';
import type { MessageBlock } from './message-blocks.ts';
import { deltaUsage, messagesUsage, startUsage } from './messages-usage.ts';

type MessageEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** Words answers as Anthropic's messages endpoint does. */
export class MessagesScript implements Script {
  readonly ping: Frame;
  readonly brokenContent: Frame;
  readonly errorBody = anthropicErrorBody(overloaded, `req_${idHole}`).replaceAll('\\u0001', idHole);
  readonly #model: string;
  readonly #behaviour: ModelBehaviour;
  readonly #events: EventWriter;
  readonly #frames = new BoundedCache<Frame>();

  constructor(model: string, behaviour: ModelBehaviour, events: EventWriter) {
    this.#model = model;
    this.#behaviour = behaviour;
    this.#events = events;
    this.ping = this.#event({ type: 'ping' });
    const span = { from: 0, count: 1, isReasoning: false, isLast: false };
    const delta = blockDelta('text', span, behaviour);
    const json = jsonOf({ type: 'content_block_delta', index: 0, delta }, behaviour.text);
    const name = 'content_block_delta';
    this.brokenContent = events.event(json.slice(0, -Math.floor(json.length / 4)), { name });
  }

  stream(outline: Outline): StreamShape {
    const blocks = messageBlocks(this.#behaviour, outline);
    const usage = messagesUsage(this.#behaviour, outline, streamedTokens(outline.spans));
    const builder = new StreamBuilder();
    builder.add(this.#messageStart(outline));
    const first = blocks[0];
    // Data and the names of tools are the model's own output: they are not there before it has begun.
    const startsEarly = first?.kind === 'thinking' || first?.kind === 'text';
    if (startsEarly) builder.add(this.#blockStart(first, 0));
    builder.add(this.ping);
    builder.endOpening();
    for (const [index, block] of blocks.entries()) {
      if (index > 0 || !startsEarly) this.#addStart(builder, block, index);
      this.#addBlock(builder, block, index, outline);
    }
    builder.add(...this.#end(outline, usage));
    const failure = [this.#events.event(this.errorBody, { name: 'error' })];
    const { opening, content, tail } = builder;
    return { opening, content, tail, usage, failure: () => failure };
  }

  body(outline: Outline): WholeBody {
    const behaviour = this.#behaviour;
    const usage = messagesUsage(behaviour, outline, streamedTokens(outline.spans));
    const message = {
      ...this.#message(),
      content: messageBlocks(behaviour, outline).map((block) => wholeBlock(block, behaviour)),
      stop_reason: this.#stopReason(outline),
      ...(usage && { usage: usage.object }),
    };
    return { json: jsonOf(message, behaviour.text), usage };
  }

  /** Redacted data and the name of a tool come with the start of their block. */
  #addStart(builder: StreamBuilder, block: MessageBlock, index: number): void {
    const isReasoning = block.kind === 'redacted_thinking';
    const isContent = isReasoning || block.kind === 'tool_use';
    if (!isContent) return builder.add(this.#blockStart(block, index));
    builder.addContent(this.#blockStart(block, index, { content: { tokens: 0, isReasoning } }));
  }

  #addBlock(builder: StreamBuilder, block: MessageBlock, index: number, outline: Outline): void {
    const { first, last } = silentDeltas[block.kind];
    if (first !== undefined) builder.add(this.#delta(index, first));
    for (const span of block.spans) {
      builder.addContent(this.#contentFrame(block.kind, index, span));
      if (this.#behaviour.usage === 'each_chunk') builder.add(this.#usageSoFar(outline, span));
    }
    if (last !== undefined) builder.add(this.#delta(index, last));
    builder.add(this.#event({ type: 'content_block_stop', index }));
  }

  #contentFrame(kind: MessageBlock['kind'], index: number, span: TokenSpan): Frame {
    const { from, count, isReasoning, isLast } = span;
    return this.#frames.get(`${kind} ${index} ${from} ${count} ${isLast}`, () =>
      this.#delta(index, blockDelta(kind, span, this.#behaviour), {
        content: { tokens: count, isReasoning },
      }),
    );
  }

  #messageStart(outline: Outline): Frame {
    const message = { ...this.#message(), ...startUsage(this.#behaviour, outline) };
    return this.#event({ type: 'message_start', message });
  }

  #message(): object {
    return {
      id: `msg_${idHole}`,
      type: 'message',
      role: 'assistant',
      model: this.#model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
    };
  }

  #usageSoFar(outline: Outline, span: TokenSpan): Frame {
    const { spans } = outline;
    const sent = streamedTokens(spans.slice(0, spans.indexOf(span) + 1));
    const usage = messagesUsage(this.#behaviour, outline, sent);
    const delta = { stop_reason: null, stop_sequence: null };
    return this.#event({ type: 'message_delta', delta, ...deltaUsage(this.#behaviour, usage) });
  }

  #end(outline: Outline, usage: SentUsage | null): Frame[] {
    const { finish, done } = this.#behaviour;
    const reason = finish === 'none' ? null : this.#stopReason(outline);
    const delta = { stop_reason: reason, stop_sequence: null };
    return [
      this.#event({ type: 'message_delta', delta, ...deltaUsage(this.#behaviour, usage) }),
      ...(done ? [this.#event({ type: 'message_stop' })] : []),
      this.#events.end(),
    ];
  }

  #stopReason({ finish }: Outline): string {
    if (this.#behaviour.answer === 'refusal') return 'refusal';
    if (finish === 'tool_calls') return 'tool_use';
    return finish === 'length' ? 'max_tokens' : 'end_turn';
  }

  #blockStart(block: MessageBlock, index: number, marks: EventMarks = {}): Frame {
    return this.#event({ type: 'content_block_start', index, content_block: startedBlock(block) }, marks);
  }

  #delta(index: number, delta: unknown, marks: EventMarks = {}): Frame {
    return this.#event({ type: 'content_block_delta', index, delta }, marks);
  }

  #event(data: MessageEvent, marks: EventMarks = {}): Frame {
    return this.#events.event(jsonOf(data, this.#behaviour.text), { ...marks, name: data.type });
  }
}
