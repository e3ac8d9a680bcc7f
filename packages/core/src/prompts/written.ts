import type { ChatMessage, DatasetRow } from '../scenario/scenario.ts';
import type { Prompt, PromptWriter, RunPrompts } from './prompt.ts';
import { datasetRow, rowMessages } from './render.ts';
import type { WrittenPrompts } from './render.ts';

type DatasetPrompts = Extract<WrittenPrompts, { readonly kind: 'dataset' }>;

/** A writer of prompts that are written down: the same messages each time, or the rows of a data set in turn. */
export function writtenPrompts(prompts: WrittenPrompts, { datasets }: RunPrompts): PromptWriter {
  if (prompts.kind === 'messages') {
    const only: Prompt = { messages: prompts.messages, row: 0 };
    return { prompt: () => only };
  }
  const rows = datasets.get(prompts.dataset)?.rows ?? [];
  const numbers = rowNumbers(prompts, rows);
  return {
    prompt: (index) => {
      const number = index % rows.length;
      const row = datasetRow(prompts.dataset, datasets, number);
      return {
        messages: rowMessages(prompts, row),
        row: numbers[number]!,
        ...(prompts.outputTokens === 'from-dataset' &&
          row.outputTokens !== undefined && { asked: { outputTokens: row.outputTokens } }),
      };
    },
  };
}

/** Of each row the first one that gives the same prompt: rows may be equal, or differ in what the template leaves out. */
function rowNumbers(prompts: DatasetPrompts, rows: readonly DatasetRow[]): Uint32Array {
  const first = new Map<string, number>();
  const numbers = new Uint32Array(rows.length);
  rows.forEach((row, number) => {
    const text = identity(rowMessages(prompts, row));
    const known = first.get(text);
    if (known === undefined) first.set(text, number);
    numbers[number] = known ?? number;
  });
  return numbers;
}

/** A text that two prompts share exactly when they are equal; of a single message from the user the message itself. */
function identity(messages: readonly ChatMessage[]): string {
  const [only] = messages;
  return messages.length === 1 && only?.role === 'user' ? `u${only.content}` : JSON.stringify(messages);
}
