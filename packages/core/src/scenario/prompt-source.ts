import { datasetFormat, parseDataset } from '../prompts/dataset.ts';
import type { Parse } from './context.ts';
import type { ScenarioPath } from './problem.ts';
import { readFile } from './read-file.ts';
import type { ChatMessage, Dataset, PromptSource } from './scenario.ts';
import type { EffectiveWorkload } from './effective-workload.ts';
import { promptKeys } from './schema/workload.ts';
import { readSynthetic } from './synthetic-source.ts';
import { checkColumns, checkDefaultTemplate } from './template-check.ts';

/** Data sets by the path and format they were named with, so that a file is read once. */
export type LoadedDatasets = Map<string, Dataset | undefined>;

/** Where a workload's prompts come from; `undefined` where that is wrong. */
export function readPrompts(
  parse: Parse,
  workload: EffectiveWorkload,
  datasets: LoadedDatasets,
): PromptSource | undefined {
  const { keys } = workload;
  const given = promptKeys.filter((key) => keys[key] !== undefined);
  if (given.length !== 1) {
    reportPromptKeys(parse, workload, given);
    return undefined;
  }
  if (keys.prompts !== undefined) return readDataset(parse, workload, keys.prompts, datasets);
  if (keys.synthetic !== undefined) return readSynthetic(parse, workload, keys.synthetic);
  const messages = keys.messages ?? [{ role: 'user' as const, content: keys.prompt ?? '' }];
  if (keys.system === undefined) return { kind: 'messages', messages };
  if (messages[0]?.role === 'system') {
    parse.reading.report(workload.pathOf('system'), '`system` stands beside a system message in `messages`');
  }
  return { kind: 'messages', messages: [{ role: 'system', content: keys.system }, ...messages] };
}

function reportPromptKeys(
  { reading }: Parse,
  { name, path, pathOf }: EffectiveWorkload,
  given: readonly (typeof promptKeys)[number][],
): void {
  const [first, second] = given;
  if (first === undefined || second === undefined) {
    const hint =
      'give it `prompt`, `messages`, `prompts: { path: questions.jsonl }` or `synthetic: { input_tokens: 512 }`';
    reading.report([...path, 'prompt'], `the workload \`${name}\` has no prompts`, hint);
    return;
  }
  const message = `\`${second}\` stands beside \`${first}\`: a workload has one source of prompts`;
  reading.report(pathOf(second), message, undefined, 'key');
}

type PromptsSection = NonNullable<EffectiveWorkload['keys']['prompts']>;

function readDataset(
  parse: Parse,
  workload: EffectiveWorkload,
  prompts: PromptsSection,
  datasets: LoadedDatasets,
): PromptSource | undefined {
  const path = workload.pathOf('prompts');
  const dataset = loadDataset(parse, prompts, path, datasets);
  if (dataset === undefined) return undefined;
  const { keys } = workload;
  const system: ChatMessage | undefined =
    keys.system === undefined ? undefined : { role: 'system', content: keys.system };
  if (system !== undefined) checkColumns(parse, system.content, dataset, workload.pathOf('system'));
  const source = {
    kind: 'dataset' as const,
    dataset: dataset.id,
    ...readAnswerLengths(parse, prompts, dataset, path),
  };
  if (prompts.template === undefined && dataset.rows.every((row) => row.messages !== undefined)) {
    return { ...source, ...(system === undefined ? {} : { system }) };
  }
  const template = prompts.template ?? '{{prompt}}';
  if (prompts.template === undefined) checkDefaultTemplate(parse, dataset, path);
  else checkColumns(parse, template, dataset, [...path, 'template']);
  const user: ChatMessage = { role: 'user', content: template };
  return { ...source, template: system === undefined ? [user] : [system, user] };
}

function readAnswerLengths(
  { reading }: Parse,
  prompts: PromptsSection,
  { path, rows }: Dataset,
  place: ScenarioPath,
): { readonly outputTokens?: 'from-dataset' } {
  if (prompts.output_tokens === undefined) return {};
  if (rows.every((row) => row.outputTokens === undefined)) {
    const message = `no row of ${path} says how long its answer was`;
    const hint = 'a row says it by a number `output_tokens`, or as a ShareGPT conversation with a reply';
    reading.report([...place, 'output_tokens'], message, hint);
  }
  return { outputTokens: 'from-dataset' };
}

function loadDataset(
  parse: Parse,
  prompts: PromptsSection,
  path: ScenarioPath,
  datasets: LoadedDatasets,
): Dataset | undefined {
  const identity = `${prompts.format ?? ''}:${prompts.path}`;
  if (!datasets.has(identity)) datasets.set(identity, readRows(parse, prompts, [...path, 'path']));
  return datasets.get(identity);
}

function readRows(parse: Parse, prompts: PromptsSection, path: ScenarioPath): Dataset | undefined {
  const { reading, context } = parse;
  if (prompts.path.startsWith('worker:')) {
    reading.report(path, 'a data set on the workers (`worker:`) is not supported yet');
    return undefined;
  }
  const format = prompts.format ?? datasetFormat(prompts.path);
  if (format === undefined) {
    const message = `the extension of ${prompts.path} does not say its format`;
    reading.report(path, message, 'add format: jsonl, format: json or format: csv');
    return undefined;
  }
  const text = readFile(parse, prompts.path, path);
  if (text === undefined) return undefined;
  const result = parseDataset({ path: prompts.path, text, format }, (content) => context.hash(content));
  if ('dataset' in result) return result.dataset;
  reading.report(path, result.problem);
  return undefined;
}
