import type { ChatMessage, DatasetRow } from '../scenario/scenario.ts';
import { estimatedTokens } from './estimated-tokens.ts';

/** Who speaks in the files that go by the name of ShareGPT. */
const roles: Readonly<Record<string, ChatMessage['role']>> = {
  human: 'user',
  user: 'user',
  gpt: 'assistant',
  assistant: 'assistant',
  chatgpt: 'assistant',
  bing: 'assistant',
  bard: 'assistant',
  system: 'system',
};

/**
 * The row of a ShareGPT conversation, `[{ from: human, value }, { from: gpt, value }, …]` (or `role` and `content`): the
 * first turn of the human is the prompt (and the column `prompt`), a system turn before it stays, and the reply right after
 * it gives the length of the answer. What comes later is not looked at. `undefined` where no human says anything. Throws
 * where the list is malformed up to there.
 */
export function conversationRow(conversation: unknown, place: string): DatasetRow | undefined {
  if (!Array.isArray(conversation)) throw new Error(`${place}: \`conversations\` must be a list of turns`);
  const system: ChatMessage[] = [];
  for (const [index, value] of conversation.entries()) {
    const turn = turnOf(value, `${place}: turn ${index + 1}`);
    if (turn.role === 'system') system.push(turn);
    if (turn.role === 'user' && turn.content.trim() !== '') {
      const length = replyLength(conversation[index + 1]);
      return { columns: { prompt: turn.content }, messages: [...system, turn], ...length };
    }
  }
  return undefined;
}

/** Nothing where the next turn is no text of the model's: that of a tool, or none at all. */
function replyLength(turn: unknown): Pick<DatasetRow, 'outputTokens'> {
  const { speaker, text } = partsOf(turn) ?? {};
  if (roleOf(speaker) !== 'assistant' || typeof text !== 'string' || text === '') return {};
  return { outputTokens: estimatedTokens(text.length) };
}

function turnOf(turn: unknown, place: string): ChatMessage {
  const parts = partsOf(turn);
  if (parts === undefined) throw new Error(`${place} must be { from: human | gpt | system, value: text }`);
  const role = roleOf(parts.speaker);
  if (role === undefined) {
    const speaker = JSON.stringify(parts.speaker);
    throw new Error(`${place}: nobody is called ${speaker}; use human, gpt or system`);
  }
  if (typeof parts.text !== 'string') throw new Error(`${place}: \`value\` must be a text`);
  return { role, content: parts.text };
}

function partsOf(turn: unknown): { readonly speaker: unknown; readonly text: unknown } | undefined {
  if (typeof turn !== 'object' || turn === null) return undefined;
  if ('from' in turn && 'value' in turn) return { speaker: turn.from, text: turn.value };
  return 'role' in turn && 'content' in turn ? { speaker: turn.role, text: turn.content } : undefined;
}

function roleOf(speaker: unknown): ChatMessage['role'] | undefined {
  const name = typeof speaker === 'string' ? speaker.toLowerCase() : '';
  return Object.hasOwn(roles, name) ? roles[name] : undefined;
}
