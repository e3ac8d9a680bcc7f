import { TokenstormError } from '../errors.ts';
import type { ChatMessage, Dataset, DatasetPrompts, DatasetRow, PromptSource } from '../scenario/scenario.ts';
import { fillTemplate } from './template.ts';

/** Prompts that are written down somewhere: in the scenario or in a data set. */
export type WrittenPrompts = Extract<PromptSource, { readonly kind: 'messages' | 'dataset' }>;

/** The row of a data set with this number. Throws `E_INTERNAL` where the data set is not among `datasets` (by id). */
export function datasetRow(id: string, datasets: ReadonlyMap<string, Dataset>, number: number): DatasetRow {
  const row = datasets.get(id)?.rows[number];
  if (row === undefined) throw new TokenstormError('E_INTERNAL', `The data set ${id} is not loaded.`);
  return row;
}

/**
 * The messages of a row: put into the template, or its own. Without a template or system message the row's own array is
 * returned.
 */
export function rowMessages(prompts: DatasetPrompts, row: DatasetRow): readonly ChatMessage[] {
  if (prompts.template !== undefined) return filled(prompts.template, row);
  const own = row.messages ?? [];
  return prompts.system === undefined ? own : [...filled([prompts.system], row), ...own];
}

function filled(template: readonly ChatMessage[], row: DatasetRow): readonly ChatMessage[] {
  return template.map(({ role, content }) => ({ role, content: fillTemplate(content, row.columns) }));
}
