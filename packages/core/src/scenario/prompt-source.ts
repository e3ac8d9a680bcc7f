import { datasetFormat, parseDataset } from '../prompts/dataset.ts';
import type { DatasetFormat } from '../prompts/dataset.ts';
import { isAbsolutePath } from './context.ts';
import type { Parse } from './context.ts';
import { useDataset } from './dataset-use.ts';
import type { DatasetUse } from './dataset-use.ts';
import type { ScenarioPath } from './problem.ts';
import { readFile } from './read-file.ts';
import type { Dataset, PromptSource, WorkerFilePrompts } from './scenario.ts';
import type { EffectiveWorkload } from './effective-workload.ts';
import { promptKeys } from './schema/workload.ts';
import { readSynthetic } from './synthetic-source.ts';

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
  const file = fileOf(parse, prompts, [...path, 'path']);
  if (file === undefined) return undefined;
  const use: DatasetUse = {
    ...(prompts.template !== undefined && { template: prompts.template }),
    ...(workload.keys.system !== undefined && { system: workload.keys.system }),
    ...(prompts.output_tokens !== undefined && { outputTokens: 'from-dataset' }),
  };
  // Whoever does not send the requests need not have the file.
  if (file.isOnWorkers && parse.context.checksWorkerEnvironment === false) return workerFile(file, use);
  const dataset = loadDataset(parse, file, path, datasets);
  if (dataset === undefined) return undefined;
  const result = useDataset(dataset, use);
  for (const { key, message, hint } of result.problems) {
    const place = key === 'system' ? workload.pathOf('system') : key === 'prompts' ? path : [...path, key];
    parse.reading.report(place, message, hint, key === 'prompts' ? 'key' : 'value');
  }
  return result.prompts;
}

/** The file of a data set as it is named. */
interface DatasetFile {
  readonly path: string;
  readonly format: DatasetFormat;
  readonly isOnWorkers: boolean;
  /** In lower case. */
  readonly sha256?: string;
}

const onWorkers = 'worker:';

function fileOf(
  { reading }: Parse,
  { path: name, format: given, sha256 }: PromptsSection,
  place: ScenarioPath,
): DatasetFile | undefined {
  const isOnWorkers = name.startsWith(onWorkers);
  const path = isOnWorkers ? name.slice(onWorkers.length) : name;
  if (isOnWorkers && !isAbsolutePath(path)) {
    const hint = 'each worker reads it from its own disk: worker:/data/questions.jsonl';
    reading.report(place, `\`${name}\` is not an absolute path`, hint);
    return undefined;
  }
  const format = given ?? datasetFormat(path);
  if (format === undefined) {
    const message = `the extension of ${name} does not say its format`;
    reading.report(place, message, 'add format: jsonl, format: json or format: csv');
    return undefined;
  }
  return { path, format, isOnWorkers, ...(sha256 !== undefined && { sha256: sha256.toLowerCase() }) };
}

function workerFile({ path, format, sha256 }: DatasetFile, use: DatasetUse): WorkerFilePrompts {
  return { kind: 'worker-file', path, format, ...(sha256 !== undefined && { sha256 }), ...use };
}

function loadDataset(
  parse: Parse,
  file: DatasetFile,
  path: ScenarioPath,
  datasets: LoadedDatasets,
): Dataset | undefined {
  const identity = `${file.format}:${file.sha256 ?? ''}:${file.path}`;
  if (!datasets.has(identity)) datasets.set(identity, readRows(parse, file, path));
  return datasets.get(identity);
}

function readRows(
  parse: Parse,
  { path, format, sha256, isOnWorkers }: DatasetFile,
  place: ScenarioPath,
): Dataset | undefined {
  const { reading, context } = parse;
  const hint = isOnWorkers ? 'without --redis the worker is this machine: it needs the file' : undefined;
  const text = readFile(parse, path, [...place, 'path'], hint);
  if (text === undefined) return undefined;
  const found = context.hash(text);
  if (sha256 !== undefined && found !== sha256) {
    reading.report(
      [...place, 'sha256'],
      `${path} has the SHA-256 ${found}`,
      'it is another file, or was changed',
    );
    return undefined;
  }
  const result = parseDataset({ path, text, format }, () => found);
  if ('dataset' in result) return result.dataset;
  reading.report([...place, 'path'], result.problem);
  return undefined;
}
