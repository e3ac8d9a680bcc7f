import type { RequestRecord } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { OutputText } from './output-text.ts';
import { countedRecord } from './token-check.ts';

/** Counts words, and what it was asked. */
function wordCounter() {
  const asked: string[] = [];
  const count = async (texts: readonly string[]) => {
    asked.push(...texts);
    return texts.map((text) => text.split(' ').length);
  };
  return { asked, count };
}

const record = {
  outcome: 'completed',
  usage: { inputTokens: 50, outputTokens: 40 },
  usageSource: 'provider',
} as unknown as RequestRecord;
const call = {
  messages: [
    { role: 'system', content: 'be brief' },
    { role: 'user', content: 'what is it' },
  ],
} as const;

function outputOf(...deltas: readonly Parameters<OutputText['add']>[]): OutputText {
  const output = new OutputText();
  for (const delta of deltas) output.add(...delta);
  return output;
}

const output = outputOf(
  ['reasoning-delta', 'let me'],
  ['reasoning-delta', ' see'],
  ['text-delta', 'it is '],
  ['text-delta', 'this one'],
);

describe('countedRecord', () => {
  it("sets its own count beside the provider's, channel by channel", async () => {
    const counter = wordCounter();
    expect(await countedRecord({ record, call, output }, counter)).toEqual({
      ...record,
      countedOutputTokens: 7,
    });
    expect(counter.asked).toEqual(['it is this one', 'let me see']);
  });

  it('stands in for what the provider does not count', async () => {
    const estimated = { ...record, usageSource: 'estimated' } as const;
    expect(await countedRecord({ record: estimated, call, output }, wordCounter())).toEqual({
      ...record,
      usage: { inputTokens: 5, outputTokens: 7 },
      usageSource: 'tokenizer',
    });
    const inputGiven = { ...estimated, inputSource: 'provider' } as const;
    expect(await countedRecord({ record: inputGiven, call, output }, wordCounter())).toEqual({
      ...record,
      usage: { inputTokens: 50, outputTokens: 7 },
      usageSource: 'tokenizer',
      inputSource: 'provider',
    });
    const outputGiven = { ...record, inputSource: 'estimated' } as const;
    expect(await countedRecord({ record: outputGiven, call, output }, wordCounter())).toEqual({
      ...record,
      usage: { inputTokens: 5, outputTokens: 40 },
      inputSource: 'tokenizer',
      countedOutputTokens: 7,
    });
  });

  it('does not check an answer with tool calls: their frame is not seen', async () => {
    const withTool = outputOf(['text-delta', 'ok'], ['tool-delta', 'f {}']);
    expect(await countedRecord({ record, call, output: withTool }, wordCounter())).toEqual(record);
  });

  it('leaves the record as it is where nothing can be counted', async () => {
    const failed = { ...record, outcome: 'failed' } as const;
    const counter = wordCounter();
    expect(await countedRecord({ record: failed, call, output }, counter)).toBe(failed);
    expect(counter.asked).toEqual([]);
    expect(await countedRecord({ record, call, output }, { count: async () => undefined })).toBe(record);
  });

  it('leaves a request alone whose answer was too long to be kept', async () => {
    const { count, asked } = wordCounter();
    const long = outputOf(['text-delta', 'x'.repeat(16 * 1024 * 1024)]);
    expect(long.isTooLong).toBe(false);
    long.add('text-delta', 'x');
    const request = { record, call, output: long };
    expect(await countedRecord(request, { count })).toBe(record);
    expect([asked, long.texts]).toEqual([[], []]);
  });
});
