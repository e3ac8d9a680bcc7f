import type { MetricDefinition } from '../metrics/definitions.ts';
import { parseDuration, parsePercent } from '../scenario/duration.ts';
import type { ThresholdAggregation } from './threshold.ts';

const numberPattern = /^(?:\d+(?:\.\d*)?|\.\d+)$/;
const microsecondsPattern = /^(\d+(?:\.\d+)?)(?:us|µs)$/;

/** The value a metric is compared with, in the metric's unit; or a hint at what would be one. */
export function parseLimit(
  text: string,
  definition: MetricDefinition,
  aggregation: ThresholdAggregation,
): number | { readonly hint: string } {
  if (definition.kind === 'ratio') return parseShare(text);
  if (definition.unit === 'ms' && aggregation.kind !== 'count') return parseTime(text);
  return parseNumber(text) ?? { hint: 'Write a plain number like 100.' };
}

function parseShare(text: string): number | { readonly hint: string } {
  const share = parsePercent(text) ?? parseNumber(text);
  if (share === undefined) return { hint: 'Write a share like 1% or 0.01.' };
  return share <= 1 ? share : { hint: `A share is at most 100%; did you mean \`${share}%\`?` };
}

function parseTime(text: string): number | { readonly hint: string } {
  const microseconds = microsecondsPattern.exec(text)?.[1];
  const timeMs = microseconds === undefined ? parseDuration(text) : Number(microseconds) / 1000;
  return timeMs ?? parseNumber(text) ?? { hint: 'Write a time like 800ms, 2s, 500us or (in ms) 800.' };
}

function parseNumber(text: string): number | undefined {
  return numberPattern.test(text) ? Number(text) : undefined;
}
