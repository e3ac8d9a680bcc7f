import { templateColumns } from '../prompts/template.ts';
import type { Parse } from './context.ts';
import type { ScenarioPath } from './problem.ts';
import type { Dataset } from './scenario.ts';
import { didYouMean } from './suggestion.ts';

/** Reports each column that a template at `place` names and that some row does not have. */
export function checkColumns(
  { reading }: Parse,
  template: string,
  dataset: Dataset,
  place: ScenarioPath,
): void {
  for (const column of templateColumns(template)) {
    const lack = lackOf(dataset, column);
    if (lack !== undefined) reading.report(place, lack.message, didYouMean(column, lack.columns));
  }
}

/** Without a template the rows have `prompt`, or all of them `messages` (which was looked at before). */
export function checkDefaultTemplate({ reading }: Parse, dataset: Dataset, place: ScenarioPath): void {
  if (dataset.rows.some((row) => row.messages !== undefined)) {
    const row = dataset.rows.findIndex(({ messages }) => messages === undefined) + 1;
    const message = `row ${row} of ${dataset.path} has no \`messages\`, but others have`;
    reading.report(place, message, 'give each row its messages, or give a `template`', 'key');
    return;
  }
  const lack = lackOf(dataset, 'prompt');
  if (lack === undefined) return;
  const [first = 'column'] = lack.columns;
  const hint = `add template: "{{${first}}}"; columns: ${lack.columns.join(', ')}`;
  reading.report(place, lack.message, hint, 'key');
}

interface Lack {
  readonly message: string;
  /** Columns of the first row that lacks it. */
  readonly columns: readonly string[];
}

function lackOf({ path, rows }: Dataset, column: string): Lack | undefined {
  const lacking = rows.findIndex((row) => !Object.hasOwn(row.columns, column));
  if (lacking === -1) return undefined;
  const isNowhere = rows.every((row) => !Object.hasOwn(row.columns, column));
  const where = isNowhere ? `${path} has no column` : `row ${lacking + 1} of ${path} has no`;
  return { message: `${where} \`${column}\``, columns: Object.keys(rows[lacking]?.columns ?? {}) };
}
