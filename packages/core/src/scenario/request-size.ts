import { estimatedTokens } from '../prompts/estimated-tokens.ts';
import { rowMessages } from '../prompts/render.ts';
import type { ChatMessage, Dataset, PromptSource, SyntheticPrompts, TokenLaw, Workload } from './scenario.ts';

/** Output tokens that are assumed of a model's answer before it has given any, where the request sets no limit. */
export const assumedOutputTokens = 1024;

/** Tokens of a workload's requests as far as they are known before anything is sent. */
export interface RequestSize {
  /** Estimated from the prompts' characters; as asked for where they are synthetic; 0 where only the workers have them. */
  readonly input: Extent;
  /** The requests' own limits; absent where they have none. */
  readonly output?: Extent;
}

interface Extent {
  readonly mean: number;
  readonly largest: number;
}

/** The size of a workload's requests. `datasets` are by id. */
export function requestSize(
  { prompts, maxTokens }: Pick<Workload, 'prompts' | 'maxTokens'>,
  datasets: ReadonlyMap<string, Dataset>,
): RequestSize {
  const input = inputOf(prompts, datasets);
  const limits = outputLimits(prompts, datasets) ?? (maxTokens === undefined ? undefined : same(maxTokens));
  if (limits === undefined) return { input };
  const { mean, largest } = limits;
  const most = maxTokens ?? Infinity;
  return { input, output: { mean: Math.min(mean, most), largest: Math.min(largest, most) } };
}

function inputOf(prompts: PromptSource, datasets: ReadonlyMap<string, Dataset>): Extent {
  if (prompts.kind === 'synthetic') return syntheticInput(prompts);
  if (prompts.kind === 'messages') return same(tokensOf(prompts.messages));
  if (prompts.kind === 'worker-file') return same(0);
  const rows = datasets.get(prompts.dataset)?.rows ?? [];
  return extentOfAll(rows.map((row) => tokensOf(rowMessages(prompts, row)))) ?? same(0);
}

/** Limits that come with the prompts, before those of the workload. */
function outputLimits(prompts: PromptSource, datasets: ReadonlyMap<string, Dataset>): Extent | undefined {
  if (prompts.kind === 'synthetic') return prompts.outputTokens && extentOf(prompts.outputTokens);
  if (prompts.kind !== 'dataset' || prompts.outputTokens === undefined) return undefined;
  const rows = datasets.get(prompts.dataset)?.rows ?? [];
  return extentOfAll(rows.flatMap((row) => row.outputTokens ?? []));
}

function extentOfAll(sizes: readonly number[]): Extent | undefined {
  if (sizes.length === 0) return undefined;
  const sum = sizes.reduce((total, size) => total + size, 0);
  return { mean: sum / sizes.length, largest: sizes.reduce((most, size) => Math.max(most, size), 0) };
}

function syntheticInput({ inputTokens, system }: SyntheticPrompts): Extent {
  const { mean, largest } = extentOf(inputTokens);
  const systemTokens = system === undefined ? 0 : tokensOf([{ role: 'system', content: system }]);
  return { mean: mean + systemTokens, largest: largest + systemTokens };
}

/** A law without an upper end has its mean for its largest: what hardly ever comes is no reason to refuse it. */
function extentOf(law: TokenLaw): Extent {
  switch (law.kind) {
    case 'fixed':
      return same(law.tokens);
    case 'uniform':
      return { mean: (law.min + law.max) / 2, largest: law.max };
    case 'normal':
      return same(law.mean);
    default:
      return same(Math.round(law.median * Math.exp(law.sigma ** 2 / 2)));
  }
}

function same(tokens: number): Extent {
  return { mean: tokens, largest: tokens };
}

function tokensOf(messages: readonly ChatMessage[]): number {
  return estimatedTokens(messages.reduce((sum, { content }) => sum + content.length, 0));
}
