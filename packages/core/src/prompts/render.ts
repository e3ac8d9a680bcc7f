import { TokenstormError } from '../errors.ts';
import type { ChatMessage, Dataset, DatasetRow, Workload } from '../scenario/scenario.ts';
import { fillTemplate } from './template.ts';

/**
 * The messages of the request with this arrival index (0 or more): those of the workload, or the data set's row
 * `index modulo rows` put into the template. Without a template or system message the row's own array is returned.
 * Throws `E_INTERNAL` where the data set is not among `datasets` (by id).
 */
export function promptMessages(
  workload: Pick<Workload, 'prompts'>,
  datasets: ReadonlyMap<string, Dataset>,
  arrivalIndex: number,
): readonly ChatMessage[] {
  const { prompts } = workload;
  if (prompts.kind === 'messages') return prompts.messages;
  const rows = datasets.get(prompts.dataset)?.rows ?? [];
  const row = rows[arrivalIndex % rows.length];
  if (row === undefined) {
    throw new TokenstormError('E_INTERNAL', `The data set ${prompts.dataset} is not loaded.`);
  }
  if (prompts.template !== undefined) return filled(prompts.template, row);
  const own = row.messages ?? [];
  return prompts.system === undefined ? own : [...filled([prompts.system], row), ...own];
}

function filled(template: readonly ChatMessage[], row: DatasetRow): readonly ChatMessage[] {
  return template.map(({ role, content }) => ({ role, content: fillTemplate(content, row.columns) }));
}
