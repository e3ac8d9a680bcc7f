import { describe, expect, it } from 'vitest';
import { failedRecord, requestRecord } from './__fixtures__/request-record.ts';
import { SeriesRecorder } from './series-recorder.ts';
import type { RequestRecord } from '../record.ts';

const labels = { provider: 'p', model: 'm', scenario: 's', region: 'r', phase: 'main' } as const;

function countersOf(...records: readonly RequestRecord[]) {
  const recorder = new SeriesRecorder(labels, {}, { startMs: 0, endMs: Infinity });
  for (const record of records) {
    recorder.scheduled(1);
    recorder.record(record);
  }
  return recorder.take()?.counters ?? {};
}

describe('counters of lengths', () => {
  it('take the same requests for what was asked and what was delivered', () => {
    const asked = { inputTokens: 512, outputTokens: 128 };
    const usage = { inputTokens: 520, outputTokens: 77 };
    const counters = countersOf(
      requestRecord({ asked, usage }),
      requestRecord({ asked: { inputTokens: 100 }, usage }),
      requestRecord({ asked, usage, usageSource: 'tokenizer', inputSource: 'provider' }),
      // None of these says what was delivered.
      requestRecord({ asked, usage, usageSource: 'estimated' }),
      requestRecord({ usage }),
      failedRecord({ asked, usage }),
    );
    expect(counters).toMatchObject({
      asked_input_requests: 3,
      asked_input_tokens: 512 + 100 + 512,
      delivered_input_tokens: 3 * 520,
      asked_output_requests: 2,
      asked_output_tokens: 256,
      delivered_output_tokens: 154,
    });
  });

  it('know where the input count comes from when the output count comes from elsewhere', () => {
    const record = {
      asked: { inputTokens: 10, outputTokens: 10 },
      usage: { inputTokens: 9, outputTokens: 8 },
    };
    const counters = countersOf(
      requestRecord({ ...record, usageSource: 'provider', inputSource: 'estimated' }),
      requestRecord({ ...record, usageSource: 'estimated', inputSource: 'provider' }),
    );
    expect([counters.asked_input_requests, counters.asked_output_requests]).toEqual([1, 1]);
  });
});

describe('checked tokens', () => {
  it('are those of answers that both sides counted and that are long enough', () => {
    const long = { usage: { outputTokens: 100 } };
    const counters = countersOf(
      requestRecord({ ...long, countedOutputTokens: 90 }),
      requestRecord({ usage: { outputTokens: 600, reasoningTokens: 500 }, countedOutputTokens: 101 }),
      requestRecord(long),
      requestRecord({ usage: { outputTokens: 19 }, countedOutputTokens: 10 }),
      requestRecord({ ...long, countedOutputTokens: 90, usageSource: 'tokenizer' }),
      failedRecord({ ...long, countedOutputTokens: 90 }),
    );
    // Of the 600 tokens 500 were reasoning that nobody saw.
    expect(counters).toMatchObject({ tokens_checked: 191, tokens_checked_by_provider: 200 });
  });
});
