import { describe, expect, it } from 'vitest';
import { defaultBehaviour } from './behaviour.ts';
import { parseBehaviour, parseFaultPlan, parseModels } from './parse-behaviour.ts';

describe('parseBehaviour', () => {
  it('takes every setting as it is', () => {
    expect(parseBehaviour(defaultBehaviour)).toEqual(defaultBehaviour);
  });

  it('takes snake_case and camelCase, in laws too, and leaves fault names alone', () => {
    const snake = {
      ttft_ms: { lognormal: { median_ms: 80, sigma: 0.2 } },
      itl_ms: { normal: { meanMs: 8, stddev_ms: 1 } },
      tokens_per_event: [1, 2],
      faults: { rate_limited: 0.5, stream_error: 0.5 },
      fault_plan: { 3: 'none', 4: 'stall' },
      prompt_tokens: null,
    };
    expect(parseBehaviour(snake)).toEqual({
      ttftMs: { lognormal: { medianMs: 80, sigma: 0.2 } },
      itlMs: { normal: { meanMs: 8, stddevMs: 1 } },
      tokensPerEvent: [1, 2],
      faults: { rate_limited: 0.5, stream_error: 0.5 },
      faultPlan: { 3: 'none', 4: 'stall' },
      promptTokens: null,
    });
  });

  it.each([
    [null, 'behaviour: must be an object'],
    [{ ttft: 3 }, 'behaviour: unknown setting ttft'],
    [{ ttft_ms: -1 }, 'behaviour.ttft_ms: must be a number of at least 0'],
    [{ itl_ms: { uniform: {} } }, 'behaviour.itl_ms: must be a number, {normal} or {lognormal}'],
    [
      { itl_ms: { normal: { mean_ms: 3 } } },
      'behaviour.itl_ms.normal.stddevMs: must be a number of at least 0',
    ],
    [{ tokens: 1.5 }, 'behaviour.tokens: must be a whole number of at least 0'],
    [{ tokens_per_event: [] }, 'behaviour.tokens_per_event: must be a number or a list with at least one'],
    [{ tokens_per_event: [1, 0] }, 'behaviour.tokens_per_event[1]: must be a whole number of at least 1'],
    [{ line_end: 'lfcr' }, 'behaviour.line_end: must be one of lf, crlf, cr'],
    [{ burst: 1 }, 'behaviour.burst: must be true or false'],
    [{ refused_parameters: 'n' }, 'behaviour.refused_parameters: must be a list of names'],
    [{ faults: { stall: 0.6, cut: 0.6 } }, 'behaviour.faults: must be shares that add up to at most 1'],
    [{ fault_plan: { 0: 'stall' } }, 'behaviour.fault_plan: ordinal 0: must be a whole number of at least 1'],
  ])('refuses %j', (value, message) => {
    expect(() => parseBehaviour(value)).toThrow(message);
  });

  it('refuses faults that do not exist', () => {
    expect(() => parseModels({ mine: { faults: { fire: 1 } } })).toThrow(
      /^models\.mine\.faults: must be one of rate_limited/,
    );
    expect(() => parseFaultPlan({ 1: 'fire' }, 'plan')).toThrow(
      /^plan\.1: must be one of none, rate_limited/,
    );
  });
});
