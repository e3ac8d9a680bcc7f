import type { RequestRecord } from '../record.ts';
import { streamedTokens } from './record-metrics.ts';

/** Fewer tokens are no check: an end mark that one side counts is a twentieth of them already. */
const leastChecked = 20;

/**
 * Streamed tokens of a completed request by its provider, where our tokenizer counted the same text; `undefined` where
 * one of the two is missing, and below 20 tokens.
 */
export function checkedTokens(record: RequestRecord): number | undefined {
  const { outcome, usageSource, countedOutputTokens } = record;
  if (outcome !== 'completed' || usageSource !== 'provider' || countedOutputTokens === undefined)
    return undefined;
  const tokens = streamedTokens(record);
  return tokens !== undefined && tokens >= leastChecked ? tokens : undefined;
}

/** Whether a completed request asked for a prompt length that somebody counted afterwards: an estimate is no count. */
export function hasInputLengths({ outcome, asked, usage, usageSource, inputSource }: RequestRecord): boolean {
  const isCounted = usage.inputTokens !== undefined && (inputSource ?? usageSource) !== 'estimated';
  return outcome === 'completed' && asked?.inputTokens !== undefined && isCounted;
}

/** The same for the answer. */
export function hasOutputLengths({ outcome, asked, usage, usageSource }: RequestRecord): boolean {
  const isCounted = usage.outputTokens !== undefined && usageSource !== 'estimated';
  return outcome === 'completed' && asked?.outputTokens !== undefined && isCounted;
}
