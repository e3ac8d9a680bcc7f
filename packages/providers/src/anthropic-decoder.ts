import { blockDeltas, contentDelta } from './anthropic-content.ts';
import { anthropicError } from './anthropic-error.ts';
import { anthropicFinishReason } from './anthropic-finish.ts';
import { AnthropicUsage } from './anthropic-usage.ts';
import { arrayOrEmpty, isObject } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import { bodyEvents, chunkEvents, endMark, frameEvents } from './parsed-frame.ts';
import type { StreamDecoder, StreamEvent } from './provider.ts';

const thinkingBlocks: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking']);

/**
 * Reads messages, streamed or whole. Its only state are the counts of input that came at the start, which no frame with
 * content touches, and whether the message thinks, which the start of a block says. Events are told apart by the `type` in their data; `ping` and those not known here say nothing.
 */
export class AnthropicDecoder implements StreamDecoder {
  readonly #usage = new AnthropicUsage();

  frame(payload: string): readonly StreamEvent[] {
    return frameEvents(payload, (root) => this.#event(root));
  }

  chunk(value: unknown): readonly StreamEvent[] {
    return chunkEvents(value, (root) => this.#event(root));
  }

  body(payload: string): readonly StreamEvent[] {
    return bodyEvents(payload, (root) => this.#message(root));
  }

  #event(root: JsonObject): readonly StreamEvent[] {
    switch (root['type']) {
      case 'content_block_delta':
        return contentDelta(root['delta']);
      case 'content_block_start':
        this.#noteThinking(root['content_block']);
        return blockDeltas(root['content_block']);
      case 'message_start':
        this.#usage.addStart(isObject(root['message']) ? root['message']['usage'] : undefined);
        return this.#counts();
      case 'message_delta':
        return this.#messageDelta(root);
      case 'message_stop':
        return endMark;
      default:
        return anthropicError(root);
    }
  }

  #messageDelta(root: JsonObject): readonly StreamEvent[] {
    this.#usage.add(root['usage']);
    const delta = isObject(root['delta']) ? root['delta'] : {};
    return [...this.#counts(), ...finishOf(delta)];
  }

  #message(root: JsonObject): readonly StreamEvent[] {
    this.#usage.add(root['usage']);
    for (const block of arrayOrEmpty(root['content'])) this.#noteThinking(block);
    const content = arrayOrEmpty(root['content']).flatMap(blockDeltas);
    return [...content, ...this.#counts(), ...finishOf(root), ...anthropicError(root)];
  }

  #noteThinking(block: unknown): void {
    if (isObject(block)) this.#usage.hasThinking ||= thinkingBlocks.has(block['type']);
  }

  #counts(): readonly StreamEvent[] {
    const { usage } = this.#usage;
    return usage === undefined ? [] : [{ type: 'usage', usage }];
  }
}

function finishOf(object: JsonObject): readonly StreamEvent[] {
  const reason = anthropicFinishReason(object['stop_reason']);
  return reason === undefined ? [] : [{ type: 'finish', reason }];
}
