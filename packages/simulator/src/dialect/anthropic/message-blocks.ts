import { wholeSpan } from '../../answer/outline.ts';
import type { Outline, TokenSpan } from '../../answer/outline.ts';
import { argumentsText, spanText, toolName } from '../../answer/words.ts';
import type { ModelBehaviour } from '../../settings/behaviour.ts';
import { idHole } from '../../wire/frame.ts';

/** One content block of a message. */
export interface MessageBlock {
  readonly kind: 'thinking' | 'redacted_thinking' | 'text' | 'tool_use';
  readonly spans: readonly TokenSpan[];
}

const signature = 'EpYBCkYIARgCIkDzc2ltdWxhdGVkIHNpZ25hdHVyZSBvZiBhIHRoaW5raW5nIGJsb2Nr';
const redactedData = 'EroBCkYIARgCKkBzaW11bGF0ZWQgcmVkYWN0ZWQgdGhpbmtpbmcsIG5vdCBmb3IgcmVhZGVycw==';

/** The blocks of a message in order: thinking that is shown or only signed, redacted thinking, the answer. */
export function messageBlocks(behaviour: ModelBehaviour, { spans, tokens }: Outline): MessageBlock[] {
  const { reasoningTokens, hiddenReasoningTokens, redactedReasoning, answer } = behaviour;
  const hides = hiddenReasoningTokens > 0;
  const blocks: MessageBlock[] = [];
  const thought = spans.filter(({ isReasoning }) => isReasoning);
  if (reasoningTokens > 0 || (hides && !redactedReasoning)) blocks.push({ kind: 'thinking', spans: thought });
  if (hides && redactedReasoning) blocks.push({ kind: 'redacted_thinking', spans: [] });
  const said = spans.filter(({ isReasoning }) => !isReasoning);
  if (answer !== 'none' && tokens > 0)
    blocks.push({ kind: answer === 'tool_call' ? 'tool_use' : 'text', spans: said });
  return blocks;
}

/** A block as it starts in a stream: empty, but for redacted thinking, which comes as a whole. */
export function startedBlock({ kind }: MessageBlock): unknown {
  switch (kind) {
    case 'thinking':
      return { type: kind, thinking: '', signature: '' };
    case 'redacted_thinking':
      return { type: kind, data: redactedData };
    case 'text':
      return { type: kind, text: '' };
    case 'tool_use':
      return { type: kind, id: `toolu_${idHole}`, name: toolName, input: {} };
  }
}

/** A block with everything in it. */
export function wholeBlock({ kind, spans }: MessageBlock, { text }: ModelBehaviour): unknown {
  const span = wholeSpan(
    spans.reduce((sum, { count }) => sum + count, 0),
    kind === 'thinking',
  );
  switch (kind) {
    case 'thinking':
      return { type: kind, thinking: spanText(span, text), signature };
    case 'redacted_thinking':
      return { type: kind, data: redactedData };
    case 'text':
      return { type: kind, text: spanText(span, text) };
    case 'tool_use': {
      const input: unknown = JSON.parse(argumentsText(span, text));
      return { type: kind, id: `toolu_${idHole}`, name: toolName, input };
    }
  }
}

/** What these tokens of a block are in a stream. */
export function blockDelta(kind: MessageBlock['kind'], span: TokenSpan, { text }: ModelBehaviour): unknown {
  if (kind === 'thinking') return { type: 'thinking_delta', thinking: spanText(span, text) };
  if (kind === 'tool_use') return { type: 'input_json_delta', partial_json: argumentsText(span, text) };
  return { type: 'text_delta', text: spanText(span, text) };
}

/** What surrounds the content of a block: after its start, and before its stop. */
export const silentDeltas: Readonly<
  Record<MessageBlock['kind'], { readonly first?: unknown; readonly last?: unknown }>
> = {
  thinking: { last: { type: 'signature_delta', signature } },
  redacted_thinking: {},
  text: {},
  tool_use: { first: { type: 'input_json_delta', partial_json: '' } },
};
