import type { ModelBehaviour } from '../settings/behaviour.ts';
import type { TruthUsage } from '../truth/truth-record.ts';
import { EventWriter } from '../wire/event-writer.ts';
import type { Frame } from '../wire/frame.ts';
import { ChunkJson } from './chunk-json.ts';
import type { ChunkExtras, TokenSpan } from './chunk-json.ts';
import type { CompletionRequest, Endpoint } from './completion-request.ts';
import { endsWithUsage, usageOf } from './usage.ts';

/** What a streamed answer says, in order and without times. */
export interface StreamShape {
  /** The chunk with only the role, where there is one. */
  readonly role: Frame | null;
  /** The content events; their tokens are in the frames. */
  readonly content: readonly Frame[];
  /** What follows the last token: finish reason, usage, `[DONE]`, and the end of the HTTP body last. */
  readonly tail: readonly Frame[];
  readonly usage: TruthUsage | null;
}

const maxCached = 10_000;

/** Renders the answers of one model at one endpoint; what does not change from answer to answer is rendered once. */
export class Voice {
  readonly behaviour: ModelBehaviour;
  readonly events: EventWriter;
  readonly #json: ChunkJson;
  readonly #shapes = new Map<string, StreamShape>();
  readonly #frames = new Map<string, Frame>();

  constructor(endpoint: Endpoint, model: string, behaviour: ModelBehaviour) {
    this.behaviour = behaviour;
    this.events = new EventWriter(behaviour);
    this.#json = new ChunkJson(endpoint, model, behaviour);
  }

  /** The shape of the answer to this request, with so many answer tokens. */
  shape(request: CompletionRequest, tokens: number): StreamShape {
    const key = `${tokens} ${request.includesUsage} ${request.maxTokens} ${Math.ceil(request.promptCharacters / 4)}`;
    return cached(this.#shapes, key, () => this.#shapeOf(request, tokens));
  }

  /** A content event whose JSON stops in its middle; it carries no tokens. */
  brokenContent(): Frame {
    const json = this.#json.content({ from: 0, count: 1, isReasoning: false }, false, {});
    return this.events.event(json.slice(0, -Math.floor(json.length / 4)));
  }

  /** The text of so many answer tokens as a JSON string literal. */
  textLiteral(span: TokenSpan): string {
    return this.#json.spanText(span);
  }

  #shapeOf(request: CompletionRequest, tokens: number): StreamShape {
    const { behaviour } = this;
    const spans = spansOf(behaviour, tokens);
    const finish = finishReason(behaviour, request, tokens);
    const content = this.#content(request, spans, finish);
    const reasoning = behaviour.reasoningTokens;
    const usage = usageOf(behaviour, request, reasoning + tokens, reasoning);
    const tail: Frame[] = [];
    const extras = this.#extras(request);
    const needsFinish =
      behaviour.finish === 'separate' || (behaviour.finish === 'merged' && spans.length === 0);
    if (needsFinish) tail.push(this.events.event(this.#json.finish(finish, extras)));
    if (endsWithUsage(behaviour, request)) tail.push(this.events.event(this.#json.usage(usage)));
    if (behaviour.done) tail.push(this.events.event('[DONE]'));
    tail.push(this.events.end());
    const hasRole =
      request.endpoint === 'chat' && (behaviour.role === 'early' || behaviour.role === 'with_first');
    const role = hasRole ? this.events.event(this.#json.role(extras)) : null;
    return { role, content, tail, usage: endsWithUsage(behaviour, request) ? usage : null };
  }

  #content(request: CompletionRequest, spans: readonly TokenSpan[], finish: string): Frame[] {
    const { behaviour } = this;
    let sent = 0;
    let sentReasoning = 0;
    return spans.map((span, index) => {
      sent += span.count;
      sentReasoning += span.isReasoning ? span.count : 0;
      const isLast = index === spans.length - 1;
      const extras: ChunkExtras = {
        ...this.#extras(request),
        ...(behaviour.finish === 'merged' && isLast && { finishReason: finish }),
        ...(behaviour.usage === 'each_chunk' && { usage: usageOf(behaviour, request, sent, sentReasoning) }),
        ...(behaviour.tokenIds && {
          tokenIds: Array.from({ length: span.count }, (_, i) => 1_000 + span.from + i),
        }),
      };
      return this.#contentFrame(span, behaviour.role === 'merged' && index === 0, extras);
    });
  }

  #contentFrame(span: TokenSpan, hasRole: boolean, extras: ChunkExtras): Frame {
    const render = () => {
      const json = this.#json.content(span, hasRole, extras);
      return this.events.event(json, span.count, span.isReasoning);
    };
    if (extras.finishReason !== undefined || extras.usage) return render();
    const key = `${span.from} ${span.count} ${span.isReasoning} ${hasRole} ${extras.usage === null}`;
    return cached(this.#frames, key, render);
  }

  #extras(request: CompletionRequest): ChunkExtras {
    return this.behaviour.usage !== 'never' && request.includesUsage ? { usage: null } : {};
  }
}

/** Cuts reasoning and answer into events, by the pattern of `tokensPerEvent`. */
function spansOf(behaviour: ModelBehaviour, tokens: number): TokenSpan[] {
  const pattern = [behaviour.tokensPerEvent].flat();
  const spans: TokenSpan[] = [];
  for (const isReasoning of [true, false]) {
    const total = isReasoning ? behaviour.reasoningTokens : tokens;
    for (let from = 0; from < total;) {
      const count = Math.min(total - from, pattern[spans.length % pattern.length] ?? 1);
      spans.push({ from, count, isReasoning });
      from += count;
    }
  }
  return spans;
}

/** `length` where the request's own limit ended the answer. */
export function finishReason(behaviour: ModelBehaviour, request: CompletionRequest, tokens: number): string {
  if (behaviour.answer === 'tool_call' && request.endpoint === 'chat') return 'tool_calls';
  return behaviour.maxTokens !== 'ignored' && tokens === request.maxTokens ? 'length' : 'stop';
}

/** How many answer tokens this request gets. */
export function answerTokens(behaviour: ModelBehaviour, request: CompletionRequest): number {
  if (behaviour.answer === 'none') return 0;
  if (behaviour.maxTokens === 'ignored' || request.maxTokens === null) return behaviour.tokens;
  return behaviour.maxTokens === 'exact' ? request.maxTokens : Math.min(behaviour.tokens, request.maxTokens);
}

function cached<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (cache.size >= maxCached) cache.clear();
  cache.set(key, made);
  return made;
}
