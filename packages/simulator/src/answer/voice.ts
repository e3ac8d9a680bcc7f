import type { ModelBehaviour } from '../settings/behaviour.ts';
import type { EventWriter } from '../wire/event-writer.ts';
import { BoundedCache } from './bounded-cache.ts';
import type { CompletionRequest } from './completion-request.ts';
import { outlineOf } from './outline.ts';
import type { Script, StreamShape, WholeBody } from './script.ts';
import { inputTokens } from './token-counts.ts';

/** Renders the answers of one model at one endpoint; what does not change from answer to answer is rendered once. */
export class Voice {
  readonly behaviour: ModelBehaviour;
  readonly events: EventWriter;
  readonly script: Script;
  readonly #shapes = new BoundedCache<StreamShape>();

  constructor(behaviour: ModelBehaviour, events: EventWriter, script: Script) {
    this.behaviour = behaviour;
    this.events = events;
    this.script = script;
  }

  /** The shape of the streamed answer to this request. */
  shape(request: CompletionRequest): StreamShape {
    const { includesUsage, maxTokens } = request;
    const key = `${includesUsage} ${maxTokens} ${inputTokens(this.behaviour, request)}`;
    return this.#shapes.get(key, () => this.script.stream(outlineOf(this.behaviour, request)));
  }

  /** The body of the answer that is not streamed. */
  body(request: CompletionRequest): WholeBody {
    return this.script.body(outlineOf(this.behaviour, request));
  }

  /** How many tokens the answer to this request carries, reasoning that is shown included. */
  visibleTokens(request: CompletionRequest): number {
    return this.behaviour.reasoningTokens + outlineOf(this.behaviour, request).tokens;
  }
}
