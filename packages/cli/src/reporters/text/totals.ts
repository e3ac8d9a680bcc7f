import type { Report } from '@tokenstorm/core';
import { budgetUseTexts } from '../../view/budget-text.ts';
import { countText, numbered, percentText, rateText } from '../../view/number-text.ts';
import type { Page, Section } from '../../view/page.ts';
import { labelled } from '../../view/wrap.ts';
import { costSection } from './cost-section.ts';
import { scoresSection } from './scores-section.ts';

/** Tokens, cost and budget, throughput, tiers and scores, success rate with the accounting equation, and retries. */
export function totalsSections(report: Report, page: Page): Section[] {
  return [
    tokenLines(report, page),
    [...costSection(report, page), ...budgetLines(report, page)],
    throughputLines(report, page),
    scoresSection(report, page),
    outcomeLines(report, page),
    retryLines(report, page),
  ];
}

const sourceWords = {
  provider: 'counted by the provider',
  tokenizer: 'counted by a tokenizer',
  estimated: 'estimated: characters / 4',
  mixed: 'partly estimated: characters / 4',
};

function tokenLines({ tokens }: Report, { width, style }: Page): string[] {
  const source = tokens.source === null ? '' : ` (${sourceWords[tokens.source]})`;
  const total = tokens.input === null || tokens.output === null ? null : tokens.input + tokens.output;
  const parts = [
    `Prompt: ${known(tokens.input)}`,
    `Completion: ${known(tokens.output)}`,
    `Total: ${known(total)}`,
  ];
  const details = [detail('reasoning', tokens.reasoning), detail('prompt from cache', tokens.cached_input)];
  return [
    style.title(`Token usage${source}:`),
    ...labelled('  ', parts.join(' | '), width),
    ...details.flatMap((text) => (text === undefined ? [] : [`  ${text}`])),
  ];
}

function known(count: number | null): string {
  return count === null ? 'unknown' : `${countText(count)} tokens`;
}

function detail(name: string, count: number | null): string | undefined {
  return count === null || count === 0 ? undefined : `of these ${name}: ${countText(count)} tokens`;
}

function budgetLines({ budget = null }: Report, { width, style }: Page): string[] {
  const uses = budget === null ? '' : budgetUseTexts(budget).join(', ');
  if (uses === '') return [];
  return labelled('Budget: ', `${uses}, by all attempts`, width).map((line) =>
    line.replace(/^Budget:/, (label) => style.title(label)),
  );
}

function throughputLines({ throughput, tokens }: Report, { width, style }: Page): string[] {
  const { requests_per_second: requests, output_tokens_per_second: output, goodput_ratio: good } = throughput;
  const parts = [
    ...(requests === null ? [] : [`${rateText(requests)} requests/s`]),
    ...(output === null || tokens.source === null ? [] : [`${rateText(output)} output tokens/s`]),
    ...(good === null ? [] : [`Goodput: ${percentText(good)} within the SLO`]),
  ];
  return parts.length === 0 ? [] : [style.title('Throughput:'), ...labelled('  ', parts.join(' | '), width)];
}

function outcomeLines({ accounting }: Report, { width, style }: Page): string[] {
  const { scheduled, completed } = accounting;
  const rate = scheduled === 0 ? 'no requests' : percentText(completed / scheduled);
  const others = (['failed', 'dropped', 'lost', 'cancelled'] as const).map(
    (outcome) => `${countText(accounting[outcome])} ${outcome}`,
  );
  const equation = `${countText(scheduled)} scheduled = ${countText(completed)} completed + ${others.join(' + ')}`;
  return [
    `${style.title('Success rate:')} ${rate} (${countText(completed)}/${countText(scheduled)})`,
    ...labelled('  ', equation, width),
  ];
}

/** Where anything was tried again, or was to be: how often, and the failures that these attempts ended in. */
function retryLines({ retries }: Report, { width, style }: Page): string[] {
  const { attempts, amplification, failed_attempts } = retries;
  const kinds = Object.entries(failed_attempts).toSorted(([, one], [, other]) => other - one);
  if (kinds.length === 0 || amplification === null) return [];
  const requests = numbered(Math.round(attempts / amplification), 'request');
  const made = `${numbered(attempts, 'attempt')} for ${requests} (x${amplification.toFixed(2)})`;
  const failures = kinds.map(([kind, count]) => `${countText(count)} ${kind}`).join(', ');
  const [first = '', ...rest] = labelled('Retries: ', `${made}: ${failures}`, width);
  return [first.replace('Retries:', () => style.title('Retries:')), ...rest];
}
