import { describe, expect, it } from 'vitest';
import { attempt, failedRecord, requestRecord, wholeRecord } from './__fixtures__/request-record.ts';
import { isGood, shareInWindow, streamedTokens, tokenGapsMs, tpotOf } from './record-metrics.ts';

describe('tpotOf', () => {
  it('is the time after the first token over the tokens after the first ones', () => {
    // (505 - 305) / (9 - 1)
    expect(tpotOf(requestRecord())).toBe(25);
    // three tokens came with the first stamp: 200 / (9 - 3)
    expect(tpotOf(requestRecord({ firstEventTokens: 3 }))).toBeCloseTo(100 / 3, 10);
  });

  it('leaves out reasoning that nobody streamed', () => {
    const usage = { outputTokens: 1009, reasoningTokens: 1000 };
    expect(tpotOf(requestRecord({ usage }))).toBe(25);
  });

  it.each([
    ['there is one token', { usage: { outputTokens: 1 } }],
    ['all tokens came with the first stamp', { firstEventTokens: 9 }],
    [
      'all content came at once, however many tokens it was',
      { lastTokenMs: 305, chunkGapsMs: [], contentEvents: 1 },
    ],
    ['nobody knows the number of tokens', { usage: {} }],
    ['only hidden reasoning is known', { usage: { outputTokens: 8, reasoningTokens: 8 } }],
  ])('does not exist where %s', (_, overrides) => {
    expect(tpotOf(requestRecord(overrides))).toBeUndefined();
  });

  it('does not exist for what failed or was not streamed', () => {
    expect(tpotOf(failedRecord())).toBeUndefined();
    expect(tpotOf(wholeRecord())).toBeUndefined();
  });
});

describe('streamedTokens', () => {
  const half = { outputTokens: 200, reasoningTokens: 100 };

  it('counts reasoning that came in events as large as those of the answer', () => {
    const shown = { usage: half, reasoningEvents: 100, contentEvents: 200 };
    expect(streamedTokens(requestRecord(shown))).toBe(200);
    const inFours = { usage: half, reasoningEvents: 25, contentEvents: 50 };
    expect(streamedTokens(requestRecord(inFours))).toBe(200);
    const onlyReasoning = {
      usage: { outputTokens: 100, reasoningTokens: 100 },
      reasoningEvents: 97,
      contentEvents: 97,
    };
    expect(streamedTokens(requestRecord(onlyReasoning))).toBe(100);
  });

  it('is unknown where only a part of the reasoning came', () => {
    const summary = { usage: half, reasoningEvents: 30, contentEvents: 130 };
    expect(streamedTokens(requestRecord(summary))).toBeUndefined();
    expect(tpotOf(requestRecord(summary))).toBeUndefined();
  });

  it('is unknown where nobody says how much of the output was reasoning, unless each token has its event', () => {
    const usage = { outputTokens: 200, uncountedReasoning: true } as const;
    const inFours = { usage, reasoningEvents: 25, contentEvents: 50 };
    expect(streamedTokens(requestRecord(inFours))).toBeUndefined();
    expect(tpotOf(requestRecord(inFours))).toBeUndefined();
    const hidden = { usage, reasoningEvents: 0, contentEvents: 50 };
    expect(streamedTokens(requestRecord(hidden))).toBeUndefined();
    const inOnes = { usage, reasoningEvents: 90, contentEvents: 180 };
    expect(streamedTokens(requestRecord(inOnes))).toBe(200);
    const oneLess = { usage, reasoningEvents: 90, contentEvents: 179 };
    expect(streamedTokens(requestRecord(oneLess))).toBeUndefined();
  });

  it('is the sum over the events where reasoning came and the provider counts each event', () => {
    const counted = { usage: half, reasoningEvents: 2, contentEvents: 4, eventTokens: [10, 20, 60, 40] };
    expect(streamedTokens(requestRecord(counted))).toBe(130);
  });
});

describe('tokenGapsMs', () => {
  it('is the gaps themselves where nobody counts the tokens of events', () => {
    expect(tokenGapsMs(requestRecord())).toEqual([100, 60, 40]);
  });

  it('splits a gap among the tokens that ended it', () => {
    expect(tokenGapsMs(requestRecord({ eventTokens: [5, 2, 1, 4] }))).toEqual([50, 50, 60, 10, 10, 10, 10]);
  });

  it('adds a gap before an event without tokens to the next one', () => {
    expect(tokenGapsMs(requestRecord({ eventTokens: [1, 1, 0, 2] }))).toEqual([100, 50, 50]);
  });
});

describe('isGood', () => {
  // ttft 200, tpot 25, e2e 400
  it.each([
    [{}, true],
    [{ ttftMs: 200, tpotMs: 25, e2eMs: 400 }, true],
    [{ ttftMs: 199.9 }, false],
    [{ tpotMs: 24.9 }, false],
    [{ e2eMs: 399.9 }, false],
  ])('%j: %s', (slo, expected) => {
    expect(isGood(requestRecord(), slo)).toBe(expected);
  });

  it('passes a request without a time per token, and fails one without a first token', () => {
    expect(isGood(requestRecord({ usage: { outputTokens: 1 } }), { tpotMs: 1 })).toBe(true);
    expect(isGood(wholeRecord(), { tpotMs: 1, e2eMs: 415 })).toBe(true);
    expect(isGood(wholeRecord(), { ttftMs: 10_000 })).toBe(false);
  });

  it('is never a request that did not complete', () => {
    expect(isGood(failedRecord(), {})).toBe(false);
    expect(isGood(requestRecord({ outcome: 'cancelled' }), {})).toBe(false);
  });
});

describe('shareInWindow', () => {
  // arrivals at 305, 405, 465 and 505 ms
  it.each([
    [0, 1000, 1],
    [305, Infinity, 1],
    [306, 1000, 0.75],
    [0, 505, 0.75],
    [405, 465, 0.25],
    [0, 305, 0],
    [506, 1000, 0],
  ])('[%d, %d): %d', (startMs, endMs, expected) => {
    expect(shareInWindow(requestRecord(), { startMs, endMs })).toBe(expected);
  });

  it('is all or nothing where the body was not streamed', () => {
    expect(shareInWindow(wholeRecord(), { startMs: 520, endMs: 521 })).toBe(1);
    expect(shareInWindow(wholeRecord(), { startMs: 0, endMs: 520 })).toBe(0);
  });

  it('counts what a request brought before it failed', () => {
    const retried = failedRecord({ attempts: [attempt(), attempt({ startMs: 300 })] });
    expect(shareInWindow(retried, { startMs: 0, endMs: 450 })).toBe(0.5);
  });
});
