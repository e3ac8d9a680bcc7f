import type { ChatMessage, DatasetPrompts, DatasetRow } from '../scenario/scenario.ts';
import { rowMessages } from './render.ts';

/** Rows that are dealt with between two breaks: a fraction of a millisecond. */
const rowsAtOnce = 128;

/**
 * Gives of each row the first one that gives the same prompt: rows may be equal, or differ in what the template leaves out. Takes a
 * second for some 300,000 rows, so it yields in between: whoever asks may do something else then.
 */
export function* numberRows(
  prompts: DatasetPrompts,
  rows: readonly DatasetRow[],
): Generator<undefined, Uint32Array> {
  const first = new Map<string, number>();
  const numbers = new Uint32Array(rows.length);
  for (const [number, row] of rows.entries()) {
    const text = identity(rowMessages(prompts, row));
    const known = first.get(text);
    if (known === undefined) first.set(text, number);
    numbers[number] = known ?? number;
    if (number % rowsAtOnce === 0) yield;
  }
  return numbers;
}

/** The same in one piece. */
export function rowNumbers(prompts: DatasetPrompts, rows: readonly DatasetRow[]): Uint32Array {
  const numbering = numberRows(prompts, rows);
  for (;;) {
    const { done, value } = numbering.next();
    if (done === true) return value;
  }
}

/** A text that two prompts share exactly when they are equal; of a single message from the user the message itself. */
function identity(messages: readonly ChatMessage[]): string {
  const [only] = messages;
  return messages.length === 1 && only?.role === 'user' ? `u${only.content}` : JSON.stringify(messages);
}
