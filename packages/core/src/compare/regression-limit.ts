import { TokenstormError } from '../errors.ts';
import { trendDefinitions } from '../metrics/trend-definitions.ts';
import { distributionNames } from '../report/distributions.ts';
import { suggestion } from '../scenario/suggestion.ts';
import { comparedFigures, findFigure } from './compared-figure.ts';
import type { ComparedFigure } from './compared-figure.ts';
import type { Difference, RegressionResult } from './difference.ts';
import type { Margin } from './judge-change.ts';

/** How much worse a figure may get: `ttft.p95` by `10%`, `errors` by `0.5pp`. */
export interface RegressionLimit extends Margin {
  /** Name of the figure. */
  readonly metric: string;
  /** As it was written. */
  readonly text: string;
}

const limitPattern = /^(\d+(?:\.\d+)?)(%|pp)$/;

/** The figure of that name. Throws `E_SCENARIO_INVALID`, with one sentence and a hint, where there is none. */
export function figureNamed(name: string): ComparedFigure {
  const figure = findFigure(name);
  if (figure !== undefined) return figure;
  const of = comparedFigures.filter((one) => one.kind === 'trend' && one.trend === name);
  if (of.length > 0) {
    const [, p50] = of.filter((one) => /\.(?:mean|p50)$/.test(one.name));
    throw invalid(
      `\`${name}\` alone is no figure: which of its statistics?`,
      `such as ${p50!.name} or ${name}.p95`,
    );
  }
  throw invalid(`There is no figure \`${name}\` to compare.`, hintFor(name));
}

/** A limit from its figure and its text. Throws `E_SCENARIO_INVALID`, with one sentence and a hint, for what is none. */
export function parseRegressionLimit(metric: string, text: string): RegressionLimit {
  const figure = figureNamed(metric);
  const [, amount, unit] = limitPattern.exec(text.trim()) ?? [];
  if (amount === undefined) {
    const example = figure.kind === 'ratio' ? '0.5pp or 10%' : '10%';
    throw invalid(`\`${text}\` is no limit for \`${metric}\`.`, `Write it like ${example}.`);
  }
  if (unit === 'pp' && figure.kind !== 'ratio') {
    const hint =
      'Percentage points (pp) are for shares of requests: errors, goodput, dropped, lost. Write 10%.';
    throw invalid(`\`${metric}\` has no percentage points.`, hint);
  }
  return {
    metric,
    text: text.trim(),
    amount: Number(amount) / 100,
    of: unit === 'pp' ? 'points' : 'base',
  };
}

/** Whether a change keeps a limit. It does not where it is worse and, as measured, by more than the limit. */
export function regressionResult(limit: RegressionLimit, difference: Difference): RegressionResult {
  const isBroken = difference.judgement === 'worse' && sizeOf(limit, difference) > limit.amount;
  return { metric: limit.metric, limit: limit.text, passed: !isBroken, difference };
}

/** A change from 0 is larger than any share of it. */
function sizeOf({ of }: RegressionLimit, difference: Difference): number {
  return Math.abs((of === 'points' ? difference.change : difference.change_ratio) ?? Infinity);
}

function hintFor(name: string): string {
  const [metric = '', statistic] = name.split('.', 2);
  const isTrend = (distributionNames as readonly string[]).includes(metric);
  if (isTrend && statistic !== undefined) return 'There are mean, p1, p5, p50, p75, p90, p95, p99 and p999.';
  if (trendDefinitions.some((trend) => trend.name === metric)) {
    return `Reports keep whole distributions of ${distributionNames.join(', ')}.`;
  }
  const others = comparedFigures.filter(({ kind }) => kind !== 'trend').map((figure) => figure.name);
  const known = [...distributionNames.map((trend) => `${trend}.${statistic ?? 'p95'}`), ...others];
  const meant = suggestion(name, known);
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  return `There are ${distributionNames.join(', ')}, each with a statistic (ttft.p95), and ${others.join(', ')}.`;
}

function invalid(message: string, hint: string): TokenstormError {
  return new TokenstormError('E_SCENARIO_INVALID', message, { hint });
}
