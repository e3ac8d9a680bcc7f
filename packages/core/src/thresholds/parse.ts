import { TokenstormError } from '../errors.ts';
import { findMetric, metricDefinitions } from '../metrics/definitions.ts';
import type { MetricDefinition } from '../metrics/definitions.ts';
import { didYouMean } from '../scenario/suggestion.ts';
import { parseLimit } from './limit.ts';
import { thresholdOperators, thresholdTags } from './threshold.ts';
import type { ParsedThreshold, ThresholdAggregation, ThresholdTag } from './threshold.ts';

const metricPattern = /^\s*([^\s{}]+)\s*(?:\{([^{}]*)\})?\s*$/;
const expressionPattern =
  /^\s*([a-z]+)(\d*)\s*(?:\(\s*(\d+(?:\.\d+)?)\s*\))?\s*(<=|>=|==|!=|<|>)\s*(.*?)\s*$/;

const aggregationsByKind = {
  trend: ['avg', 'mean', 'min', 'max', 'med', 'p', 'count'],
  ratio: ['rate'],
  counter: ['count', 'rate'],
  cost: ['count', 'rate'],
} as const;

const examples = {
  trend: 'p(95) < 800ms, avg, med, min, max or count',
  ratio: 'rate < 1%',
  counter: 'count > 100 or rate > 10 (per second)',
  cost: 'count < 5 (US dollars) or rate < 0.01 (per second)',
} as const;

/**
 * A threshold from its metric, with tags if any (`errors{provider:openai,model:gpt-4o}`), and its expression in k6's
 * syntax (`p(95) < 800ms`). Throws `E_SCENARIO_INVALID`, with one sentence and a hint, for what cannot be evaluated.
 */
export function parseThreshold(metric: string, expression: string): ParsedThreshold {
  const [, name, tags] = metricPattern.exec(metric) ?? [];
  if (name === undefined) {
    throw invalid(`\`${metric}\` names no metric.`, 'Write it like ttft or errors{provider:openai}.');
  }
  const definition = findMetric(name);
  if (definition === undefined) {
    throw invalid(`There is no metric \`${name}\`.`, didYouMean(name, metricNames()));
  }
  return {
    metric,
    expression,
    definition,
    tags: parseTags(tags),
    ...parseExpression(expression, definition),
  };
}

function parseTags(text: string | undefined): ParsedThreshold['tags'] {
  const tags: Partial<Record<ThresholdTag, string>> = {};
  if (text === undefined || text.trim() === '') return tags;
  for (const part of text.split(',')) {
    const colon = part.indexOf(':');
    const value = part.slice(colon + 1).trim();
    if (colon === -1 || value === '') {
      throw invalid(`\`${part.trim()}\` is no tag.`, 'Write tags like {provider:openai,model:gpt-4o}.');
    }
    tags[tagNamed(part.slice(0, colon).trim())] = value;
  }
  return tags;
}

function tagNamed(name: string): ThresholdTag {
  const tag = thresholdTags.find((known) => known === name);
  if (tag === undefined) throw invalid(`There is no tag \`${name}\`.`, didYouMean(name, thresholdTags));
  return tag;
}

function parseExpression(
  expression: string,
  definition: MetricDefinition,
): Pick<ParsedThreshold, 'aggregation' | 'operator' | 'limit'> {
  const [, word, digits, percentile, sign, value] = expressionPattern.exec(expression) ?? [];
  const operator = thresholdOperators.find((known) => known === sign);
  if (word === undefined || operator === undefined || value === undefined) {
    throw invalid(`\`${expression}\` is no threshold.`, `Write it like ${examples[definition.kind]}.`);
  }
  const aggregation = parseAggregation(word, digits, percentile, definition);
  const limit = parseLimit(value, definition, aggregation);
  if (typeof limit === 'number') return { aggregation, operator, limit };
  throw invalid(`\`${value}\` in \`${expression}\` is no value for \`${definition.name}\`.`, limit.hint);
}

function parseAggregation(
  word: string,
  digits: string | undefined,
  percentile: string | undefined,
  definition: MetricDefinition,
): ThresholdAggregation {
  if (word === 'p' && digits !== '' && percentile === undefined) {
    throw invalid(`There is no aggregation \`p${digits}\`.`, `did you mean \`p(${digits})\`?`);
  }
  const fitting: readonly string[] = aggregationsByKind[definition.kind];
  if (!fitting.includes(word) || digits !== '' || (word === 'p') !== (percentile !== undefined)) {
    throw invalid(
      `\`${word}\` cannot be computed from \`${definition.name}\`, which is a ${definition.kind}.`,
      `Write it like ${examples[definition.kind]}.`,
    );
  }
  return word === 'p' ? quantileOf(Number(percentile)) : aggregationNamed(word);
}

function quantileOf(percentile: number): ThresholdAggregation {
  if (percentile > 100)
    throw invalid(`\`p(${percentile})\` does not exist.`, 'Percentiles go from 0 to 100.');
  return { kind: 'quantile', quantile: percentile / 100 };
}

function aggregationNamed(word: string): ThresholdAggregation {
  if (word === 'med') return { kind: 'quantile', quantile: 0.5 };
  if (word === 'min' || word === 'max' || word === 'count' || word === 'rate') return { kind: word };
  return { kind: 'mean' };
}

function metricNames(): string[] {
  return metricDefinitions.map((definition) => definition.name);
}

function invalid(message: string, hint: string | undefined): TokenstormError {
  return new TokenstormError('E_SCENARIO_INVALID', message, hint === undefined ? {} : { hint });
}
