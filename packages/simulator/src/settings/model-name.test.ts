import { describe, expect, it } from 'vitest';
import { behaviourOfName } from './model-name.ts';

describe('behaviourOfName', () => {
  it.each([
    ['sim-fast', {}],
    ['sim-w3', { ttftMs: 100, itlMs: 5, tokens: 50 }],
    ['sim-w3-n20-tail100', { ttftMs: 100, itlMs: 5, tokens: 20, tailMs: 100 }],
    ['sim-ttft200-itl2.5-n100', { ttftMs: 200, itlMs: 2.5, tokens: 100 }],
    [
      'sim-burst-e4-w2-crlf-unicode',
      {
        ttftMs: 0,
        itlMs: 0,
        tokens: 50,
        burst: true,
        tokensPerEvent: 4,
        eventsPerWrite: 2,
        lineEnd: 'crlf',
        text: 'unicode',
      },
    ],
    ['sim-one-stall', { ttftMs: 0, itlMs: 0, tokens: 1, burst: true, fault: 'stall' }],
    ['sim-fast-reset_after5-overloaded2.5', { faults: { reset_after: 0.05, overloaded: 0.025 } }],
    ['sim-reasoning_only', { reasoningTokens: 20, answer: 'none' }],
    [
      'sim-fast-hidden500-in100-cached40-written5-nosplit',
      {
        hiddenReasoningTokens: 500,
        promptTokens: 100,
        cachedPromptTokens: 40,
        cacheWritePromptTokens: 5,
        reasoningInUsage: false,
      },
    ],
    [
      'sim-one-rate_limited-attempts1-retry2-retrydate',
      {
        ttftMs: 0,
        itlMs: 0,
        tokens: 1,
        burst: true,
        fault: 'rate_limited',
        faultyAttempts: 1,
        retryAfterSeconds: 2,
        retryAfterForm: 'date',
      },
    ],
    [
      'sim-fast-rpm60-itpm4000-bucket1-shared-stall-after0',
      {
        requestsPerMinute: 60,
        inputTokensPerMinute: 4000,
        limitBurstSeconds: 1,
        limitScope: 'server',
        fault: 'stall',
        faultAfterEvents: 0,
      },
    ],
    [
      'sim-ttft100-itl10-jitter30',
      {
        ttftMs: { lognormal: { medianMs: 100, sigma: 0.3 } },
        itlMs: { lognormal: { medianMs: 10, sigma: 0.3 } },
      },
    ],
  ])('reads %s', (name, changes) => {
    expect(behaviourOfName(name)).toEqual(changes);
  });

  it('makes faults1 one per cent of each failing kind', () => {
    expect(behaviourOfName('sim-faults1')?.faults).toEqual({
      rate_limited: 0.01,
      rate_limited_bare: 0.01,
      server_error: 0.01,
      overloaded: 0.01,
      reset_after: 0.01,
      truncated: 0.01,
      cut: 0.01,
      stream_error: 0.01,
      bad_json: 0.01,
    });
  });

  it.each([
    'gpt-4o',
    'sim',
    'sim-',
    'sim-what',
    'sim-ttft',
    'sim-w3-',
    'sim-n1.5',
    'sim-e0',
    'sim-fast-bucket0',
    'sim-fast-attempts',
    'sim-fast-hidden1.5',
    'sim-constructor',
    'sim-w3-fast',
    'sim-faults12',
    'sim-ttft-5',
  ])('refuses %s', (name) => {
    expect(behaviourOfName(name)).toBeNull();
  });
});
