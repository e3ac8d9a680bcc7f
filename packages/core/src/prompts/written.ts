import type { Prompt, PromptWriter, RunPrompts } from './prompt.ts';
import { datasetRow, rowMessages } from './render.ts';
import type { WrittenPrompts } from './render.ts';
import { rowNumbers } from './row-numbers.ts';

/** A writer of prompts that are written down: the same messages each time, or the rows of a data set in turn. */
export function writtenPrompts(prompts: WrittenPrompts, run: RunPrompts): PromptWriter {
  const { datasets } = run;
  if (prompts.kind === 'messages') {
    const only: Prompt = { messages: prompts.messages, row: 0 };
    return { prompt: () => only };
  }
  const rows = datasets.get(prompts.dataset)?.rows ?? [];
  const numbers = run.rowNumbers?.get(prompts) ?? rowNumbers(prompts, rows);
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
