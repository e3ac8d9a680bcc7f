import type { ModelBehaviour } from '../settings/behaviour.ts';
import type { TruthUsage } from '../truth/truth-record.ts';
import { idHole } from '../wire/frame.ts';
import type { Endpoint } from './completion-request.ts';
import { jsonString, tokenText } from './words.ts';

/** What a chunk says beside its delta. */
export interface ChunkExtras {
  readonly finishReason?: string;
  /** `null` is written as such: OpenAI does it in each chunk before the one with usage. */
  readonly usage?: TruthUsage | null;
  readonly tokenIds?: readonly number[];
}

/** The tokens `from` to `from + count - 1` of a channel. */
export interface TokenSpan {
  readonly from: number;
  readonly count: number;
  readonly isReasoning: boolean;
}

const createdSeconds = Math.floor(Date.now() / 1_000);

/** Renders the JSON of an answer's chunks for one model and endpoint; the answer's id stays a hole. */
export class ChunkJson {
  readonly #endpoint: Endpoint;
  readonly #behaviour: ModelBehaviour;
  readonly #start: string;

  constructor(endpoint: Endpoint, model: string, behaviour: ModelBehaviour) {
    this.#endpoint = endpoint;
    this.#behaviour = behaviour;
    const type = endpoint === 'chat' ? 'chat.completion.chunk' : 'text_completion';
    const name = jsonString(model, false);
    this.#start = `{"id":"${idHole}","object":"${type}","created":${createdSeconds},"model":${name},`;
  }

  /** The chunk that only names the role, with empty content, as OpenAI sends it. */
  role(extras: ChunkExtras): string {
    return this.#chunk('{"role":"assistant","content":""}', extras);
  }

  /** A chunk with the text of these tokens; `hasRole` puts the role beside it. */
  content(span: TokenSpan, hasRole: boolean, extras: ChunkExtras): string {
    if (this.#endpoint === 'completions') return this.#chunk(this.spanText(span), extras);
    const role = hasRole ? '"role":"assistant",' : '';
    return this.#chunk(`{${role}${this.#delta(span)}}`, extras);
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
  spanText(span: TokenSpan): string {
    const { text } = this.#behaviour;
    let joined = '';
    for (let index = span.from; index < span.from + span.count; index += 1) joined += tokenText(index, text);
    return jsonString(joined, text === 'escaped');
  }

  #delta(span: TokenSpan): string {
    const { answer, reasoningField } = this.#behaviour;
    const text = this.spanText(span);
    if (span.isReasoning) return `"${reasoningField}":${text}`;
    if (answer === 'refusal') return `"refusal":${text}`;
    return answer === 'tool_call' ? `"tool_calls":[${toolCallDelta(span.from, text)}]` : `"content":${text}`;
  }

  #chunk(delta: string, { finishReason, usage, tokenIds }: ChunkExtras): string {
    const field = this.#endpoint === 'chat' ? 'delta' : 'text';
    const reason = finishReason === undefined ? 'null' : `"${finishReason}"`;
    const ids = tokenIds === undefined ? '' : `,"token_ids":[${tokenIds.join(',')}]`;
    const choice = `{"index":0,"${field}":${delta},"logprobs":null,"finish_reason":${reason}${ids}}`;
    const counts = usage === undefined ? '' : `,"usage":${JSON.stringify(usage)}`;
    return `${this.#start}"choices":[${choice}]${counts}}`;
  }
}

/** The first event names the function, as the API does it; its arguments are one JSON string over all events. */
function toolCallDelta(from: number, text: string): string {
  if (from > 0) return `{"index":0,"function":{"arguments":${text}}}`;
  const named = '"type":"function","function":{"name":"get_weather","arguments":';
  return `{"index":0,"id":"call_000000000001",${named}${text}}}`;
}
