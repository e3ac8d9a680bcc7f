import { nanoUsdPerUsd, usdText } from '@tokenstorm/core';
import type { ModelPrice, PlannedRange, PlannedTargetUse, PlannedUse, RunBudget } from '@tokenstorm/core';
import { countText, numbered } from './number-text.ts';
import { plainText } from './page.ts';
import type { Page, Section } from './page.ts';
import { labelled } from './wrap.ts';

/** What a run will use by target and in all, as far as that is known, each request sent once: requests, tokens and dollars. */
export function estimateLines(
  use: PlannedUse,
  budget: RunBudget | undefined,
  { width, style }: Page,
): Section {
  const { byTarget = [], requests, tokens, nanoUsd } = use;
  if (byTarget.length === 0 && (requests ?? tokens ?? nanoUsd) === undefined) return [];
  const total = totalText(use);
  return [
    style.title('Estimate (each request sent once):'),
    ...byTarget.flatMap((target) => [
      ...labelled('  ', `${plainText(target.target)}: ${targetText(target)}`, width),
      ...labelled('    ', priceLine(target.price), width),
    ]),
    ...(total === '' ? [] : labelled('  Total: ', total, width)),
    ...(budget?.usd === undefined
      ? []
      : labelled(
          '  ',
          `The budget ends the run before it has cost more than ${usdText(budget.usd)}.`,
          width,
        )),
  ];
}

function targetText(use: PlannedTargetUse): string {
  const { requests, inputTokens, mostOutputTokens, nanoUsd, isInputEstimated = false } = use;
  if (requests === undefined) return 'as many requests as the users get answered';
  return [
    numbered(requests, 'request'),
    ...(inputTokens === undefined
      ? ['tokens unknown: only the workers have the prompts']
      : [
          `${isInputEstimated ? 'about ' : ''}${countText(inputTokens)} input tokens`,
          outputText(mostOutputTokens),
        ]),
    ...(nanoUsd === undefined ? [] : [rangeText(nanoUsd)]),
  ].join(', ');
}

function outputText(most: number | undefined): string {
  return most === undefined
    ? 'any number of output tokens (no `max_tokens`)'
    : `up to ${countText(most)} output tokens`;
}

function totalText({ requests, tokens, nanoUsd }: PlannedUse): string {
  return [
    ...(requests === undefined ? [] : [numbered(requests, 'request')]),
    ...(tokens === undefined ? [] : [tokensText(tokens)]),
    nanoUsd === undefined ? 'cost unknown' : rangeText(nanoUsd),
  ].join(', ');
}

function tokensText({ least, most }: PlannedRange): string {
  if (most === undefined) return `at least ${countText(least)} tokens`;
  return least === most ? `${countText(most)} tokens` : `${countText(least)} to ${countText(most)} tokens`;
}

/** From the input alone to every answer at its limit: nobody guesses how long answers are. */
function rangeText({ least, most }: PlannedRange): string {
  const [from, to] = [least, most ?? Infinity].map((nanoUsd) => usdText(nanoUsd / nanoUsdPerUsd));
  if (most === undefined) return `at least ${from} (the input alone)`;
  return from === to ? `${to}` : `${from} (the input alone) to ${to} (every answer at its limit)`;
}

function priceLine(price: ModelPrice | undefined): string {
  if (price === undefined) return 'price: unknown';
  const { input, output, origin } = price;
  const source =
    origin === undefined
      ? "the scenario's price"
      : [origin.source === 'file' ? 'price file' : 'built-in table', origin.date, origin.place]
          .filter((part) => part !== undefined)
          .join(', ');
  return `price: ${usdText(input)} in, ${usdText(output)} out per 1M tokens (${source})`;
}
