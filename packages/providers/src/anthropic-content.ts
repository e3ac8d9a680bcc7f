import { isObject, nonEmptyString } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import type { DeltaType, StreamEvent } from './provider.ts';

/**
 * What a content block holds: the start of one in a stream (mostly empty, but for a tool's name and redacted thinking,
 * which come whole), or a whole one. Input that a tool call is given at once is written as JSON; results of server tools
 * are no output of the model. Encrypted `data` is reasoning that was seen to happen; a `signature` is not.
 */
export function blockDeltas(block: unknown): readonly StreamEvent[] {
  if (!isObject(block)) return [];
  switch (block['type']) {
    case 'text':
      return delta('text-delta', block['text']);
    case 'thinking':
      return delta('reasoning-delta', block['thinking']);
    case 'redacted_thinking':
      return delta('reasoning-delta', block['data']);
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return toolDeltas(block);
    default:
      return [];
  }
}

/** What a `content_block_delta` adds. A signature and citations are no content. */
export function contentDelta(value: unknown): readonly StreamEvent[] {
  if (!isObject(value)) return [];
  switch (value['type']) {
    case 'text_delta':
      return delta('text-delta', value['text']);
    case 'thinking_delta':
      return delta('reasoning-delta', value['thinking']);
    case 'input_json_delta':
      return delta('tool-delta', value['partial_json']);
    default:
      return [];
  }
}

function toolDeltas(block: JsonObject): readonly StreamEvent[] {
  const { input } = block;
  const name = delta('tool-delta', block['name']);
  const isGiven = isObject(input) && Object.keys(input).length > 0;
  return name.length > 0 && isGiven ? [...name, ...delta('tool-delta', JSON.stringify(input))] : name;
}

function delta(type: DeltaType, value: unknown): readonly StreamEvent[] {
  const text = nonEmptyString(value);
  return text === undefined ? [] : [{ type, text }];
}
