import type { TokenSpan } from '../../answer/outline.ts';
import { argumentsText, jsonOf, paddingText, spanText, toolName } from '../../answer/words.ts';
import type { ModelBehaviour } from '../../settings/behaviour.ts';
import type { TruthUsage } from '../../truth/truth-usage.ts';
import { idHole } from '../../wire/frame.ts';

/** What a chunk says beside its delta. */
export interface ChunkExtras {
  readonly finishReason?: string;
  /** `null` is written as such: OpenAI does it in each chunk before the one with usage. */
  readonly usage?: TruthUsage | null;
  readonly tokenIds?: readonly number[];
  readonly obfuscation?: string;
}

type ChatEndpoint = 'chat' | 'completions';

const createdSeconds = Math.floor(Date.now() / 1_000);

/** What an answer's id starts with. */
export const chatIdPrefixes = { chat: 'chatcmpl-', completions: 'cmpl-0000' } as const;

/** Renders the JSON of an answer's chunks for one model and endpoint; the answer's id stays a hole. */
export class ChatJson {
  readonly #endpoint: ChatEndpoint;
  readonly #behaviour: ModelBehaviour;
  readonly #start: string;

  constructor(endpoint: ChatEndpoint, model: string, behaviour: ModelBehaviour) {
    this.#endpoint = endpoint;
    this.#behaviour = behaviour;
    const type = endpoint === 'chat' ? 'chat.completion.chunk' : 'text_completion';
    const id = chatIdPrefixes[endpoint] + idHole;
    this.#start = `{"id":"${id}","object":"${type}","created":${createdSeconds},"model":${JSON.stringify(model)},`;
  }

  /** The chunk that only names the role, with empty content, as OpenAI sends it. */
  role(extras: ChunkExtras): string {
    return this.#chunk('{"role":"assistant","content":""}', extras);
  }

  /** A chunk with the text of these tokens; `hasRole` puts the role beside it. */
  content(span: TokenSpan, hasRole: boolean, extras: ChunkExtras): string {
    const padded = this.#behaviour.obfuscation
      ? { ...extras, obfuscation: paddingText(span.from, spanText(span, 'ascii').length) }
      : extras;
    if (this.#endpoint === 'completions') return this.#chunk(this.#literal(span), padded);
    const role = hasRole ? '"role":"assistant",' : '';
    return this.#chunk(`{${role}${this.#delta(span)}}`, padded);
  }

  /** The chunk that names the function of a tool call, with empty arguments, as OpenAI sends it. */
  toolName(hasRole: boolean, extras: ChunkExtras): string {
    const role = hasRole ? '"role":"assistant","content":null,' : '';
    const named = `"type":"function","function":{"name":"${toolName}","arguments":""}`;
    return this.#chunk(`{${role}"tool_calls":[{"index":0,"id":"call_000000000001",${named}}]}`, extras);
  }

  /** The chunk with the finish reason and nothing else. */
  finish(finishReason: string, extras: ChunkExtras): string {
    return this.#chunk(this.#endpoint === 'chat' ? '{}' : '""', { ...extras, finishReason });
  }

  /** The last chunk: usage and no choices. */
  usage(usage: TruthUsage): string {
    return `${this.#start}"choices":[],"usage":${JSON.stringify(usage)}}`;
  }

  /** The text of these tokens as a JSON string literal. */
  #literal(span: TokenSpan): string {
    const { text } = this.#behaviour;
    return jsonOf(spanText(span, text), text);
  }

  #delta(span: TokenSpan): string {
    const { answer, reasoningField, text } = this.#behaviour;
    if (span.isReasoning) return `"${reasoningField}":${this.#literal(span)}`;
    if (answer === 'refusal') return `"refusal":${this.#literal(span)}`;
    if (answer !== 'tool_call') return `"content":${this.#literal(span)}`;
    const piece = jsonOf(argumentsText(span, text), text);
    return `"tool_calls":[{"index":0,"function":{"arguments":${piece}}}]`;
  }

  #chunk(delta: string, { finishReason, usage, tokenIds, obfuscation }: ChunkExtras): string {
    const field = this.#endpoint === 'chat' ? 'delta' : 'text';
    const reason = finishReason === undefined ? 'null' : `"${finishReason}"`;
    const ids = tokenIds === undefined ? '' : `,"token_ids":[${tokenIds.join(',')}]`;
    const choice = `{"index":0,"${field}":${delta},"logprobs":null,"finish_reason":${reason}${ids}}`;
    const counts = usage === undefined ? '' : `,"usage":${JSON.stringify(usage)}`;
    const padding = obfuscation === undefined ? '' : `,"obfuscation":"${obfuscation}"`;
    return `${this.#start}"choices":[${choice}]${counts}${padding}}`;
  }
}
