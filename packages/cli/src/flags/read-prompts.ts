import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defined } from './defined.ts';
import type { FlagValues } from './flag-values.ts';
import { readLengths } from './read-lengths.ts';
import type { ScenarioFlags } from './run-options.ts';

type PromptFlags = Pick<
  ScenarioFlags,
  | 'prompt'
  | 'system'
  | 'inputFile'
  | 'replyLengths'
  | 'synthetic'
  | 'outputTokens'
  | 'cacheBust'
  | 'tokenizer'
>;

/** Which prompts are sent, from the flags; sources that exclude each other become problems. */
export function readPrompts(values: FlagValues): PromptFlags {
  const lengths = readLengths(values);
  const dataset = values.oneOf('--dataset', ['random', 'sharegpt', 'custom']);
  const type = values.oneOf('--custom-dataset-type', ['single_turn', 'sharegpt']);
  const inputFile = readPath(values);
  checkSources(values, dataset);
  const prompt = readText(values, '--prompt') ?? (type === 'single_turn' ? '{{text}}' : undefined);
  const isShareGpt = dataset === 'sharegpt' || type === 'sharegpt';
  return {
    ...lengths,
    ...defined({
      prompt,
      system: readText(values, '--system'),
      inputFile,
      replyLengths: isShareGpt && !values.isGiven('--osl') ? true : undefined,
      cacheBust: values.switchValue('--cache-bust'),
      tokenizer: readTokenizer(values),
    }),
  };
}

function checkSources(values: FlagValues, dataset: string | undefined): void {
  const hasFile = values.isGiven('--input-file');
  const isGenerated = values.isGiven('--isl') || values.isGiven('--traffic-scenario');
  for (const name of ['--prompt', '--input-file'] as const) {
    if (isGenerated && values.isGiven(name))
      values.problem(`--isl and ${name}: a run has one source of prompts`);
  }
  if (dataset === 'random' && !isGenerated) values.problem('--dataset random needs --isl');
  if (dataset !== undefined && dataset !== 'random' && !hasFile) {
    values.problem(`--dataset ${dataset} needs --dataset-path: nothing is downloaded`);
  }
  if (values.isGiven('--custom-dataset-type') && !hasFile) {
    values.problem('--custom-dataset-type needs --input-file');
  }
}

/** Absolute: in a scenario file a relative path starts at the file, on a command line at the working directory. */
function readPath(values: FlagValues): string | undefined {
  const path = readText(values, '--input-file');
  return path === undefined ? undefined : resolve(path);
}

/** A folder stands for the tokenizer.json in it. What is neither a path nor an encoding is for the scenario's parser to refuse. */
function readTokenizer(values: FlagValues): string | undefined {
  const name = readText(values, '--tokenizer');
  if (name === undefined) return undefined;
  const inside = join(name, 'tokenizer.json');
  if (existsSync(inside)) return resolve(inside);
  return name.toLowerCase().endsWith('.json') ? resolve(name) : name;
}

function readText(
  values: FlagValues,
  name: '--prompt' | '--system' | '--input-file' | '--tokenizer',
): string | undefined {
  const text = values.text(name);
  return text?.trim() === '' ? values.problem(`${name}: expected a text that is not empty`) : text;
}
