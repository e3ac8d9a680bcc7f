import { wholeSpan } from '../../answer/outline.ts';
import type { Outline, TokenSpan } from '../../answer/outline.ts';
import { argumentsText, spanText, toolName } from '../../answer/words.ts';
import type { ModelBehaviour } from '../../settings/behaviour.ts';
import { idHole } from '../../wire/frame.ts';

/** One output item of a response. */
export interface ResponseItem {
  readonly kind: 'reasoning' | 'message' | 'function_call';
  readonly id: string;
  readonly spans: readonly TokenSpan[];
}

const encrypted = 'gAAAAABzaW11bGF0ZWQgZW5jcnlwdGVkIHJlYXNvbmluZywgbm90IGZvciByZWFkZXJz';
const idPrefixes = { reasoning: 'rs_', message: 'msg_', function_call: 'fc_' } as const;

/** The items of a response in order: reasoning, shown or not, and the answer. */
export function responseItems(behaviour: ModelBehaviour, { spans, tokens }: Outline): ResponseItem[] {
  const { reasoningTokens, hiddenReasoningTokens, answer } = behaviour;
  const items: ResponseItem[] = [];
  if (reasoningTokens + hiddenReasoningTokens > 0)
    items.push(
      itemOf(
        'reasoning',
        spans.filter(({ isReasoning }) => isReasoning),
      ),
    );
  const said = spans.filter(({ isReasoning }) => !isReasoning);
  if (answer !== 'none' && tokens > 0)
    items.push(itemOf(answer === 'tool_call' ? 'function_call' : 'message', said));
  return items;
}

/** The item as it is added: without content. */
export function startedItem({ kind, id }: ResponseItem, behaviour: ModelBehaviour): unknown {
  if (kind === 'reasoning') return { id, type: kind, ...encryptedPart(behaviour), summary: [] };
  const status = 'in_progress';
  if (kind === 'message') return { id, type: kind, status, content: [], role: 'assistant' };
  return { id, type: kind, status, arguments: '', call_id: callId, name: toolName };
}

/** The item with everything in it. */
export function wholeItem(item: ResponseItem, behaviour: ModelBehaviour, status: string): unknown {
  const { kind, id } = item;
  if (kind === 'reasoning') return wholeReasoning(item, behaviour);
  const text = itemText(item, behaviour);
  if (kind === 'function_call')
    return { id, type: kind, status, arguments: text, call_id: callId, name: toolName };
  return { id, type: kind, status, content: [contentPart(behaviour, text)], role: 'assistant' };
}

/** The part of a message that holds its text. */
export function contentPart({ answer }: ModelBehaviour, text: string): unknown {
  if (answer === 'refusal') return { type: 'refusal', refusal: text };
  return { type: 'output_text', annotations: [], logprobs: [], text };
}

/** What these tokens of an item are. */
export function deltaText(kind: ResponseItem['kind'], span: TokenSpan, { text }: ModelBehaviour): string {
  return kind === 'function_call' ? argumentsText(span, text) : spanText(span, text);
}

/** The whole text of an item: of its summary, its message, or its arguments. */
export function itemText({ kind, spans }: ResponseItem, behaviour: ModelBehaviour): string {
  const tokens = spans.reduce((sum, { count }) => sum + count, 0);
  return deltaText(kind, wholeSpan(tokens, kind === 'reasoning'), behaviour);
}

const callId = `call_${idHole}`;

function itemOf(kind: ResponseItem['kind'], spans: readonly TokenSpan[]): ResponseItem {
  return { kind, id: idPrefixes[kind] + idHole, spans };
}

function wholeReasoning(item: ResponseItem, behaviour: ModelBehaviour): unknown {
  const { kind, id, spans } = item;
  const text = itemText(item, behaviour);
  const isRaw = behaviour.reasoningText === 'raw';
  const isShown = spans.length > 0;
  return {
    id,
    type: kind,
    ...encryptedPart(behaviour),
    summary: isShown && !isRaw ? [{ type: 'summary_text', text }] : [],
    ...(isShown && isRaw && { content: [{ type: 'reasoning_text', text }] }),
  };
}

function encryptedPart({ redactedReasoning, hiddenReasoningTokens }: ModelBehaviour): object {
  return redactedReasoning && hiddenReasoningTokens > 0 ? { encrypted_content: encrypted } : {};
}
