import { arrayOrEmpty, isObject, nonEmptyString } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import type { DeltaType, StreamEvent } from './provider.ts';

/** Events that carry content, by type, with its channel and its member. Their `.done` twins repeat the whole text. */
const contentEvents: Readonly<Record<string, readonly [type: DeltaType, member: string]>> = {
  'response.output_text.delta': ['text-delta', 'delta'],
  'response.refusal.delta': ['refusal-delta', 'delta'],
  'response.reasoning_text.delta': ['reasoning-delta', 'delta'],
  'response.reasoning_summary_text.delta': ['reasoning-delta', 'delta'],
  // The name before gpt-oss, which some servers kept.
  'response.reasoning.delta': ['reasoning-delta', 'delta'],
  'response.function_call_arguments.delta': ['tool-delta', 'delta'],
  'response.custom_tool_call_input.delta': ['tool-delta', 'delta'],
  'response.mcp_call_arguments.delta': ['tool-delta', 'delta'],
  'response.code_interpreter_call_code.delta': ['tool-delta', 'delta'],
  'response.shell_call_command.delta': ['tool-delta', 'delta'],
  'response.audio.delta': ['text-delta', 'delta'],
  'response.audio.transcript.delta': ['text-delta', 'delta'],
  'response.image_generation_call.partial_image': ['text-delta', 'partial_image_b64'],
};

/**
 * The content of one event: a delta, or the name that a tool call starts with (its arguments follow by themselves). An
 * item that starts and has neither says nothing, encrypted reasoning included: that is state to be sent back.
 */
export function responsesDeltas(root: JsonObject): readonly StreamEvent[] {
  const type = nonEmptyString(root['type']) ?? '';
  if (type === 'response.output_item.added') return toolName(root['item']);
  if (!Object.hasOwn(contentEvents, type)) return [];
  const [channel, member] = contentEvents[type]!;
  return delta(channel, root[member], arrayOrEmpty(root['logprobs']).length);
}

/** The content of a whole response's `output`, in its order. */
export function outputDeltas(output: unknown): readonly StreamEvent[] {
  return arrayOrEmpty(output).flatMap((item) => (isObject(item) ? itemDeltas(item) : []));
}

/** Whether one of the items of an `output` is a call that the client has to answer. */
export function callsTool(output: unknown): boolean {
  return arrayOrEmpty(output).some(
    (item) => isObject(item) && (item['type'] === 'function_call' || item['type'] === 'custom_tool_call'),
  );
}

function itemDeltas(item: JsonObject): readonly StreamEvent[] {
  const parts = [...arrayOrEmpty(item['summary']), ...arrayOrEmpty(item['content'])].filter(isObject);
  const isReasoning = item['type'] === 'reasoning';
  return [
    ...parts.flatMap((part) => partDeltas(part, isReasoning)),
    ...toolName(item),
    ...delta('tool-delta', item['arguments']),
    ...delta('tool-delta', item['input']),
    ...delta('tool-delta', item['code']),
    ...delta('text-delta', item['result']),
  ];
}

function partDeltas(part: JsonObject, isReasoning: boolean): readonly StreamEvent[] {
  const tokens = arrayOrEmpty(part['logprobs']).length;
  return [
    ...delta(isReasoning ? 'reasoning-delta' : 'text-delta', part['text'], tokens),
    ...delta('refusal-delta', part['refusal']),
  ];
}

function toolName(item: unknown): readonly StreamEvent[] {
  return isObject(item) ? delta('tool-delta', item['name']) : [];
}

function delta(type: DeltaType, value: unknown, tokens = 0): readonly StreamEvent[] {
  const text = nonEmptyString(value);
  if (text === undefined) return [];
  return [tokens > 0 ? { type, text, tokens } : { type, text }];
}
