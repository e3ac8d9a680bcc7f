import type { Parse } from './context.ts';
import type { EffectiveWorkload } from './effective-workload.ts';
import { anthropicMaxTokens } from './endpoints.ts';
import type { Target } from './scenario.ts';
import { isRecord } from './tree.ts';

/** The least budget that the API takes. */
const leastBudget = 1024;

/**
 * Reports what Anthropic's messages API refuses about a thinking budget in `extra_body`: one below 1,024 tokens, one that
 * leaves no room under `max_tokens` (allowed where the header `anthropic-beta` asks for interleaved thinking), and a
 * temperature beside it. Only for workloads with a target of that dialect.
 */
export function checkThinking(
  { reading }: Parse,
  workload: EffectiveWorkload,
  targets: readonly Target[],
): void {
  const concerned = targets.filter(({ type }) => type === 'anthropic');
  const { extra_body: extra = {}, temperature, headers } = workload.keys;
  const { thinking } = extra;
  if (concerned.length === 0 || !isRecord(thinking) || thinking['type'] !== 'enabled') return;
  const budget = thinking['budget_tokens'];
  const place = [...workload.pathOf('extra_body'), 'thinking', 'budget_tokens'];
  if (typeof budget === 'number' && budget < leastBudget) {
    reading.report(place, `\`budget_tokens\` must be at least ${leastBudget}`);
  }
  const allHeaders = [headers ?? {}, ...concerned.map((target) => target.headers)];
  const problem = isInterleaved(allHeaders) ? undefined : roomProblem(workload, budget);
  if (problem !== undefined) reading.report(place, problem, 'max_tokens limits thinking and answer together');
  if (temperature !== undefined && temperature !== 1) {
    reading.report(workload.pathOf('temperature'), 'a `temperature` other than 1 does not go with thinking');
  }
}

function roomProblem({ keys }: EffectiveWorkload, budget: unknown): string | undefined {
  const asked = keys.extra_body?.['max_tokens'] ?? keys.max_tokens;
  const limit = asked ?? anthropicMaxTokens;
  if (typeof limit !== 'number' || typeof budget !== 'number' || budget < limit) return undefined;
  const isDefault = asked === undefined ? ', the default' : '';
  return `\`budget_tokens\` (${budget}) must be below \`max_tokens\` (${limit}${isDefault})`;
}

function isInterleaved(all: readonly Readonly<Record<string, string>>[]): boolean {
  return all.some((headers) => headers['anthropic-beta']?.includes('interleaved-thinking'));
}
