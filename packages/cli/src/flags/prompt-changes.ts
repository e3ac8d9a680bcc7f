import type { ScenarioOverride } from '@tokenstorm/core';
import { change } from './change.ts';
import type { ScenarioFlags } from './run-options.ts';

type Path = ScenarioOverride['path'];

/** Whether the flags say which prompts are sent. */
export function givesPrompts(flags: ScenarioFlags): boolean {
  return flags.prompt !== undefined || flags.inputFile !== undefined || flags.synthetic !== undefined;
}

/** The flag that does, for messages. */
export function promptOrigin(flags: ScenarioFlags): string {
  if (flags.synthetic !== undefined) return '--isl';
  return flags.inputFile === undefined ? '--prompt' : '--input-file';
}

/** The prompts that the flags give one workload. Beside a data set `--prompt` is the template of its rows. */
export function promptChanges(flags: ScenarioFlags, path: Path): readonly ScenarioOverride[] {
  return [
    ...sourceChanges(flags, path),
    ...change([...path, 'system'], flags.system, '--system'),
    ...change([...path, 'cache_bust'], flags.cacheBust, '--cache-bust'),
  ];
}

function sourceChanges(flags: ScenarioFlags, path: Path): readonly ScenarioOverride[] {
  if (flags.synthetic !== undefined) return change([...path, 'synthetic'], flags.synthetic, '--isl');
  if (flags.inputFile === undefined) return change([...path, 'prompt'], flags.prompt, '--prompt');
  const replyLengths = flags.replyLengths === true ? 'from_dataset' : undefined;
  return [
    ...change([...path, 'prompts', 'path'], flags.inputFile, '--input-file'),
    ...change([...path, 'prompts', 'template'], flags.prompt, '--prompt'),
    ...change([...path, 'prompts', 'output_tokens'], replyLengths, '--dataset'),
  ];
}

/**
 * The limit of output tokens that `--osl` without `--isl` gives a workload: with generated prompts of the file's own the
 * length that they ask for, else `max_tokens`.
 */
export function answerLengthChanges(
  flags: ScenarioFlags,
  path: Path,
  synthetic: Readonly<Record<string, unknown>> | undefined,
): readonly ScenarioOverride[] {
  const { outputTokens } = flags;
  if (outputTokens === undefined) return [];
  if (synthetic === undefined) {
    return change([...path, 'max_tokens'], Math.min(outputTokens, flags.maxTokens ?? Infinity), '--osl');
  }
  return change([...path, 'synthetic'], { ...synthetic, output_tokens: outputTokens }, '--osl');
}
