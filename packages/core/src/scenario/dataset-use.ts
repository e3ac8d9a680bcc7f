import { templateColumns } from '../prompts/template.ts';
import type { ChatMessage, Dataset, DatasetPrompts } from './scenario.ts';
import { didYouMean } from './suggestion.ts';

/** What a workload makes of the rows of a data set. */
export interface DatasetUse {
  /** The user's message, with `{{column}}` in it; absent where the rows are messages or have a column `prompt`. */
  readonly template?: string;
  /** The system message before it, with `{{column}}` in it. */
  readonly system?: string;
  /** Asks for answers as long as the rows say. */
  readonly outputTokens?: 'from-dataset';
}

/** What the rows do not have that the use of them needs. */
export interface DatasetUseProblem {
  /** The key that is wrong; `prompts` where one is missing. */
  readonly key: 'prompts' | 'template' | 'system' | 'output_tokens';
  readonly message: string;
  readonly hint?: string;
}

/** The prompts of a workload that uses a data set so. They are right where there is no problem. */
export function useDataset(
  dataset: Dataset,
  use: DatasetUse,
): { readonly prompts: DatasetPrompts; readonly problems: readonly DatasetUseProblem[] } {
  const { template, system, outputTokens } = use;
  const hasMessages = template === undefined && dataset.rows.every((row) => row.messages !== undefined);
  const before: readonly ChatMessage[] = system === undefined ? [] : [{ role: 'system', content: system }];
  const user: ChatMessage = { role: 'user', content: template ?? '{{prompt}}' };
  const prompts: DatasetPrompts = {
    kind: 'dataset',
    dataset: dataset.id,
    ...(outputTokens !== undefined && { outputTokens }),
    ...(!hasMessages && { template: [...before, user] }),
    ...(hasMessages && before[0] !== undefined && { system: before[0] }),
  };
  const problems = [
    ...(system === undefined ? [] : columnProblems(dataset, system, 'system')),
    ...(outputTokens === undefined ? [] : lengthProblems(dataset)),
    ...(template === undefined ? [] : columnProblems(dataset, template, 'template')),
    ...(template === undefined && !hasMessages ? defaultTemplateProblems(dataset) : []),
  ];
  return { prompts, problems };
}

function lengthProblems({ path, rows }: Dataset): readonly DatasetUseProblem[] {
  if (rows.some((row) => row.outputTokens !== undefined)) return [];
  const message = `no row of ${path} says how long its answer was`;
  const hint = 'a row says it by a number `output_tokens`, or as a ShareGPT conversation with a reply';
  return [{ key: 'output_tokens', message, hint }];
}

/** One for each column that a template names and that some row does not have. */
function columnProblems(
  dataset: Dataset,
  template: string,
  key: 'template' | 'system',
): readonly DatasetUseProblem[] {
  return templateColumns(template).flatMap((column) => {
    const lack = lackOf(dataset, column);
    if (lack === undefined) return [];
    const hint = didYouMean(column, lack.columns);
    return [{ key, message: lack.message, ...(hint !== undefined && { hint }) }];
  });
}

/** Without a template the rows have `prompt`, or all of them `messages` (which was looked at before). */
function defaultTemplateProblems(dataset: Dataset): readonly DatasetUseProblem[] {
  if (dataset.rows.some((row) => row.messages !== undefined)) {
    const row = dataset.rows.findIndex(({ messages }) => messages === undefined) + 1;
    const message = `row ${row} of ${dataset.path} has no \`messages\`, but others have`;
    return [{ key: 'prompts', message, hint: 'give each row its messages, or give a `template`' }];
  }
  const lack = lackOf(dataset, 'prompt');
  if (lack === undefined) return [];
  const [first = 'column'] = lack.columns;
  const hint = `add template: "{{${first}}}"; columns: ${lack.columns.join(', ')}`;
  return [{ key: 'prompts', message: lack.message, hint }];
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
