import type { RequestRecord, UsageSource } from '@tokenstorm/core';
import type { ChatCall } from '@tokenstorm/providers';
import type { OutputText } from './output-text.ts';
import type { TokenCounter } from './token-counter.ts';

/** A request that is over, as far as its tokens can be counted. */
export interface CountableRequest {
  readonly record: RequestRecord;
  readonly call: Pick<ChatCall, 'messages'>;
  readonly output: OutputText;
}

/**
 * The record with the tokenizer's counts in it: in place of estimates, where the provider did not count, and beside the
 * provider's count of the output, where it did. A request that was not completed stays as it is.
 */
export async function countedRecord(
  { record, call, output }: CountableRequest,
  counter: Pick<TokenCounter, 'count'>,
): Promise<RequestRecord> {
  if (record.outcome !== 'completed' || output.isTooLong) return record;
  const outputs = output.texts;
  const inputSource = record.inputSource ?? record.usageSource;
  const inputs = inputSource === 'estimated' ? call.messages.map(({ content }) => content) : [];
  const counts = await counter.count([...outputs, ...inputs]);
  if (counts === undefined) return record;
  const outputTokens = sum(counts.slice(0, outputs.length));
  const input =
    inputSource === 'estimated'
      ? { tokens: sum(counts.slice(outputs.length)), source: 'tokenizer' as const }
      : { tokens: record.usage.inputTokens, source: inputSource };
  const isGiven = record.usageSource === 'provider';
  return withInput(
    isGiven
      ? { ...record, ...(output.isWhole && { countedOutputTokens: outputTokens }) }
      : { ...record, usage: { ...record.usage, outputTokens }, usageSource: 'tokenizer' },
    input,
  );
}

function withInput(
  described: RequestRecord,
  { tokens, source }: { readonly tokens: number | undefined; readonly source: UsageSource },
): RequestRecord {
  const { inputSource: _replaced, ...record } = described;
  return {
    ...record,
    usage: { ...record.usage, ...(tokens !== undefined && { inputTokens: tokens }) },
    ...(source !== record.usageSource && { inputSource: source }),
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
