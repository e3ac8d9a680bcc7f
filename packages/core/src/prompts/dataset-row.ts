import type { ChatMessage, DatasetRow } from '../scenario/scenario.ts';
import { conversationRow } from './conversation.ts';

/**
 * A row of a JSONL or JSON data set. A string is the column `prompt`. Of an object, numbers, booleans and nested values
 * become columns of their JSON text and `null` is no value; `messages` is a chat, `conversations` one as ShareGPT has
 * them, the number `output_tokens` the length of the answer. `undefined` for a conversation without a human turn.
 * Throws where the row is malformed; `place` (`line 7`) opens the message.
 */
export function datasetRowOf(value: unknown, place: string): DatasetRow | undefined {
  if (typeof value === 'string') return { columns: { prompt: value } };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${place}: must be an object or a string`);
  }
  const { messages, conversations, ...others }: Readonly<Record<string, unknown>> = { ...value };
  const columns = columnsOf(others);
  const answer = answerLength(others['output_tokens']);
  if (messages !== undefined) return { columns, messages: chat(messages, place), ...answer };
  if (conversations === undefined) return { columns, ...answer };
  const row = conversationRow(conversations, place);
  return row && { ...row, columns: { ...columns, ...row.columns }, ...answer };
}

function columnsOf(cells: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(cells).flatMap(([name, cell]) => (cell === null ? [] : [[name, cellText(cell)]])),
  );
}

function cellText(cell: unknown): string {
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}

/** Of the column `output_tokens`: a whole number of at least 1, which a CSV file has as a text. */
export function answerLength(value: unknown): Pick<DatasetRow, 'outputTokens'> {
  const tokens = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
  return Number.isSafeInteger(tokens) && tokens >= 1 ? { outputTokens: tokens } : {};
}

function chat(messages: unknown, place: string): readonly ChatMessage[] {
  if (Array.isArray(messages) && messages.length > 0 && messages.every(isMessage)) {
    return messages.map(({ role, content }) => ({ role, content }));
  }
  throw new Error(
    `${place}: \`messages\` must be a list of { role: system | user | assistant, content: text }`,
  );
}

function isMessage(value: unknown): value is ChatMessage {
  if (typeof value !== 'object' || value === null || !('role' in value) || !('content' in value))
    return false;
  const { role, content } = value;
  return typeof content === 'string' && (role === 'system' || role === 'user' || role === 'assistant');
}
