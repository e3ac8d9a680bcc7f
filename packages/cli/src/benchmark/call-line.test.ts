import { expect, it } from 'vitest';
import type { BenchmarkCall } from './benchmark-call.ts';
import { tierOf } from './benchmark-call.ts';
import { callLine } from './call-line.ts';

const call: BenchmarkCall = {
  timestamp: '2026-11-21T12:00:00.000Z',
  connection_time: 0,
  time_to_first_token: 0.412,
  time_to_completion: 2.5,
  first_token_latency: 0.412,
  tokens_per_second: 62.34,
  input_tokens: 20,
  output_tokens: 128,
  total_tokens: 148,
  status: 'success',
  error_message: null,
  label: 'definition',
  instance: 2,
  tier: 'good',
};

it('is a line with what a reader wants to know first', () => {
  expect(callLine(call, { number: 3, of: 10, instances: 1 })).toBe(
    '[ 3/10] definition: TTFT 0.41 s | 62.3 tok/s | 128 tokens | good',
  );
  expect(callLine(call, { number: 3, of: 20, instances: 2 })).toMatch(/^\[ 3\/20\] #2 definition: /);
});

it('says why a call failed', () => {
  const failed = { ...call, status: 'error', error_message: 'HTTP 429: slow\ndown', tier: null };
  expect(callLine(failed, { number: 10, of: 10, instances: 1 })).toBe(
    '[10/10] definition: error: HTTP 429: slow down',
  );
});

it('has the worse of both tiers, and none where the call failed', () => {
  // 0.412 s is excellent, 62.3 tokens a second are good.
  expect(tierOf(call)).toBe('good');
  expect(tierOf({ ...call, time_to_first_token: 5 })).toBe('poor');
  expect(tierOf({ ...call, status: 'error' })).toBeNull();
});
