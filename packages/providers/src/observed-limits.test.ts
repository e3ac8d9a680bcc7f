import { describe, expect, it } from 'vitest';
import { observedLimits } from './observed-limits.ts';

describe("OpenAI's headers", () => {
  it('give the limits per minute and what is left', () => {
    expect(
      observedLimits({
        'x-ratelimit-limit-requests': '5000',
        'x-ratelimit-limit-tokens': '160000',
        'x-ratelimit-remaining-requests': '4999',
        'x-ratelimit-remaining-tokens': '159976',
        'x-ratelimit-reset-requests': '12ms',
        'x-ratelimit-reset-tokens': '9ms',
      }),
    ).toEqual({
      perMinute: { requests: 5000, tokens: 160_000 },
      remaining: { requests: 4999, tokens: 159_976 },
    });
  });

  it.each([
    // One of 10,000 comes back after 8.64 s: all of them in a day.
    ['a day, one used', '10000', '9999', '8.64s', false],
    ['a day, as Groq counts', '14400', '14370', '2m59.56s', false],
    ['a day, two of three used', '3', '1', '16h0m0s', false],
    ['a day, all left', '200', '200', '24h0m0s', false],
    ['an hour', '600', '599', '6s', false],
    ['a second', '10', '0', '1s', false],
    ['a second, in ms', '100', '50', '500ms', false],
    ['a minute, all used', '50', '0', '60s', true],
    ['a minute, half used', '500', '250', '30s', true],
    ['a minute, one of many used', '30000', '29999', '2ms', true],
    ['a minute, rounded up from 10 us', '150000000', '149999976', '1ms', true],
    ['a minute, nothing used', '50', '50', '0s', true],
    ['no time', '50', '49', undefined, true],
    ['a time that cannot be read', '50', '49', 'soon', true],
    ['seconds alone', '60', '59', '1', true],
    ['seconds alone, of a day', '86400', '86300', '100', false],
    ['a moment of the calendar', '60', '59', '1763726400', true],
  ])('with a window of %s', (_, limit, remaining, reset, isTaken) => {
    const headers = {
      'x-ratelimit-limit-requests': limit,
      'x-ratelimit-remaining-requests': remaining,
      ...(reset === undefined ? {} : { 'x-ratelimit-reset-requests': reset }),
    };
    const taken = { perMinute: { requests: Number(limit) }, remaining: { requests: Number(remaining) } };
    expect(observedLimits(headers)).toEqual(isTaken ? taken : undefined);
  });

  it('may give a part of it', () => {
    expect(observedLimits({ 'x-ratelimit-remaining-tokens': '7' })).toEqual({
      perMinute: {},
      remaining: { tokens: 7 },
    });
    expect(
      observedLimits({ 'x-ratelimit-remaining-tokens': '7', 'x-ratelimit-reset-tokens': '2h' }),
    ).toBeUndefined();
    expect(observedLimits({ 'x-ratelimit-limit-tokens': '7' })).toEqual({
      perMinute: { tokens: 7 },
      remaining: {},
    });
  });
});

it("Anthropic's headers give input and output apart", () => {
  expect(
    observedLimits({
      'anthropic-ratelimit-requests-limit': '1000',
      'anthropic-ratelimit-requests-remaining': '999',
      'anthropic-ratelimit-requests-reset': '2025-08-21T12:40:59Z',
      'anthropic-ratelimit-input-tokens-limit': '80000',
      'anthropic-ratelimit-input-tokens-remaining': '80000',
      'anthropic-ratelimit-output-tokens-limit': '16000',
      'anthropic-ratelimit-output-tokens-remaining': '15000',
      'anthropic-ratelimit-tokens-limit': '96000',
      'anthropic-ratelimit-tokens-remaining': '95000',
    }),
  ).toEqual({
    perMinute: { requests: 1000, tokens: 96_000, 'input-tokens': 80_000, 'output-tokens': 16_000 },
    remaining: { requests: 999, tokens: 95_000, 'input-tokens': 80_000, 'output-tokens': 15_000 },
  });
});

it.each([
  {},
  { 'content-type': 'text/event-stream' },
  { 'x-ratelimit-limit-requests': 'many' },
  { 'x-ratelimit-limit-requests': '-5' },
  { 'x-ratelimit-limit-requests': '' },
  { 'x-ratelimit-limit-requests': '1e3' },
  { 'x-ratelimit-limit-requests': '0' },
  { 'x-ratelimit-limit-requests': '9'.repeat(400) },
])('%j tells of none', (headers) => {
  expect(observedLimits(headers)).toBeUndefined();
});
