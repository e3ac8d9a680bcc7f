import { arrayOrEmpty, isObject, nonEmptyString } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import type { DeltaType, StreamEvent } from './provider.ts';

type Delta = Extract<StreamEvent, { readonly type: DeltaType }>;

/**
 * The deltas of one choice: reasoning, answer, refusal, tool calls (names and arguments), audio. `source` is the member
 * that carries them: `delta` in a stream, `message` in a whole response. Where the choice says how many tokens it
 * carries, the first delta has them all and the others 0: a choice does not say which string they belong to.
 */
export function choiceDeltas(choice: JsonObject, source: 'delta' | 'message'): readonly Delta[] {
  const deltas: Delta[] = [];
  const content = choice[source];
  if (isObject(content)) collectMessage(content, deltas);
  add(deltas, 'text-delta', choice['text']);
  const tokens = deltas.length === 0 ? undefined : choiceTokens(choice);
  return tokens === undefined
    ? deltas
    : deltas.map((delta, at) => ({ ...delta, tokens: at === 0 ? tokens : 0 }));
}

function collectMessage(message: JsonObject, deltas: Delta[]): void {
  collectReasoning(message, deltas);
  if (typeof message['content'] === 'string') add(deltas, 'text-delta', message['content']);
  else for (const part of arrayOrEmpty(message['content'])) collectPart(part, deltas);
  add(deltas, 'refusal-delta', message['refusal']);
  for (const call of arrayOrEmpty(message['tool_calls'])) collectToolCall(call, deltas);
  collectFunction(message['function_call'], deltas);
  collectAudio(message['audio'], deltas);
}

/** Servers that are changing the name (vLLM) send the same text under both, and OpenRouter repeats it in the details. */
function collectReasoning(message: JsonObject, deltas: Delta[]): void {
  const text = nonEmptyString(message['reasoning_content']) ?? nonEmptyString(message['reasoning']);
  if (text !== undefined) return add(deltas, 'reasoning-delta', text);
  for (const detail of arrayOrEmpty(message['reasoning_details'])) {
    if (!isObject(detail)) continue;
    add(
      deltas,
      'reasoning-delta',
      nonEmptyString(detail['text']) ?? nonEmptyString(detail['summary']) ?? detail['data'],
    );
  }
}

/** One part of a `content` array: text, thinking (Mistral nests text parts in it), refusal or image. */
function collectPart(part: unknown, deltas: Delta[]): void {
  if (typeof part === 'string') return add(deltas, 'text-delta', part);
  if (!isObject(part)) return;
  const thinks = part['type'] === 'thinking' || part['type'] === 'reasoning';
  add(deltas, thinks ? 'reasoning-delta' : 'text-delta', part['text']);
  add(deltas, 'reasoning-delta', part['thinking']);
  for (const inner of arrayOrEmpty(part['thinking'])) {
    if (isObject(inner)) add(deltas, 'reasoning-delta', inner['text']);
  }
  add(deltas, 'refusal-delta', part['refusal']);
  if (isObject(part['image_url'])) add(deltas, 'text-delta', part['image_url']['url']);
}

function collectToolCall(call: unknown, deltas: Delta[]): void {
  if (!isObject(call)) return;
  collectFunction(call['function'], deltas);
  collectFunction(call['custom'], deltas);
}

/** Its name and what it is called with: `arguments`, or the `input` of a custom tool. */
function collectFunction(called: unknown, deltas: Delta[]): void {
  if (!isObject(called)) return;
  add(deltas, 'tool-delta', called['name']);
  add(deltas, 'tool-delta', called['arguments']);
  add(deltas, 'tool-delta', called['input']);
}

/** Spoken output: its transcript where there is one, else the encoded sound. */
function collectAudio(audio: unknown, deltas: Delta[]): void {
  if (isObject(audio)) add(deltas, 'text-delta', nonEmptyString(audio['transcript']) ?? audio['data']);
}

function add(deltas: Delta[], type: DeltaType, value: unknown): void {
  const text = nonEmptyString(value);
  if (text !== undefined) deltas.push({ type, text });
}

/** Tokens of a choice: one `logprobs` entry or one id each. Servers send empty lists where they mean nothing. */
function choiceTokens(choice: JsonObject): number | undefined {
  const logprobs = isObject(choice['logprobs']) ? choice['logprobs'] : {};
  const listed = ['content', 'refusal', 'tokens'].reduce(
    (sum, key) => sum + arrayOrEmpty(logprobs[key]).length,
    0,
  );
  const tokens = listed > 0 ? listed : arrayOrEmpty(choice['token_ids']).length;
  return tokens > 0 ? tokens : undefined;
}
