import { highestCostOf, nanoUsdPerUsd } from '../cost/cost-of.ts';
import { countWords, usdText } from '../cost/usd-text.ts';
import type { Parse } from './context.ts';
import { checkPrices } from './price-check.ts';
import { assumedOutputTokens, requestSize } from './request-size.ts';
import type { Dataset, RunBudget, Target, Workload } from './scenario.ts';
import { sections } from './schema.ts';

const dimensions = ['usd', 'tokens', 'requests'] as const;

/** What a budget is checked against. */
export interface BudgetedLoad {
  readonly targets: readonly Target[];
  readonly workloads: readonly Workload[];
  /** By id. */
  readonly datasets: ReadonlyMap<string, Dataset>;
}

/** The budget, where the file has one: with prices for all that it counts in dollars, and room for one request at least. */
export function readBudget(parse: Parse, load: BudgetedLoad): { readonly budget?: RunBudget } {
  const { reading } = parse;
  const written = reading.section(sections.budget, ['budget']);
  if (written === undefined) return {};
  const { usd, tokens, requests, on_exhausted: onExhausted = 'drain' } = written;
  if (dimensions.every((dimension) => written[dimension] === undefined)) {
    reading.report(['budget'], '`budget` holds no limit', `there are ${dimensions.join(', ')}`, 'key');
    return {};
  }
  if (usd !== undefined) checkPrices(parse, '`budget.usd`', load);
  checkRoom(parse, { usd, tokens }, load);
  return {
    budget: {
      ...(usd === undefined ? {} : { usd }),
      ...(tokens === undefined ? {} : { tokens }),
      ...(requests === undefined ? {} : { requests }),
      onExhausted,
    },
  };
}

/** What one request sets aside before it is sent, at the most. */
interface Need {
  readonly workload: string;
  readonly target: Target;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly isOutputAssumed: boolean;
}

function checkRoom(
  { reading }: Parse,
  { usd, tokens }: { readonly usd: number | undefined; readonly tokens: number | undefined },
  load: BudgetedLoad,
): void {
  const needs = needsOf(load);
  const byTokens = largest(needs, tokensOf);
  if (byTokens !== undefined && tokens !== undefined && tokensOf(byTokens) > tokens) {
    const message = `${needText(byTokens)}, which \`tokens\` ${countWords(tokens)} has no room for`;
    reading.report(['budget', 'tokens'], message, roomHint);
  }
  const byUsd = largest(needs, nanoUsdOf);
  if (byUsd !== undefined && usd !== undefined && nanoUsdOf(byUsd) > Math.round(usd * nanoUsdPerUsd)) {
    const cost = usdText(nanoUsdOf(byUsd) / nanoUsdPerUsd);
    const message = `${needText(byUsd)}, ${cost} in all, which \`usd\` ${usdText(usd)} has no room for`;
    reading.report(['budget', 'usd'], message, roomHint);
  }
}

const roomHint = 'raise the budget, shorten the prompt or lower `max_tokens`';

function needsOf({ targets, workloads, datasets }: BudgetedLoad): readonly Need[] {
  return workloads.flatMap((workload) => {
    const { input, output } = requestSize(workload, datasets);
    const need = {
      workload: workload.name,
      inputTokens: Math.ceil(input.largest),
      outputTokens: Math.ceil(output?.largest ?? assumedOutputTokens),
      isOutputAssumed: output === undefined,
    };
    return targets.filter(({ key }) => workload.targets.includes(key)).map((target) => ({ ...need, target }));
  });
}

function largest(needs: readonly Need[], amountOf: (need: Need) => number): Need | undefined {
  return needs.toSorted((a, b) => amountOf(b) - amountOf(a))[0];
}

function tokensOf({ inputTokens, outputTokens }: Need): number {
  return inputTokens + outputTokens;
}

function nanoUsdOf(need: Need): number {
  return need.target.price === undefined ? 0 : highestCostOf(need, need.target.price);
}

function needText({ workload, target, inputTokens, outputTokens, isOutputAssumed }: Need): string {
  const output = isOutputAssumed
    ? `${countWords(outputTokens)} output tokens (assumed: it has no \`max_tokens\`)`
    : `up to ${countWords(outputTokens)} output tokens`;
  return `one request of \`${workload}\` to ${target.key} sets aside about ${countWords(inputTokens)} input tokens and ${output}`;
}
