import { describe, expect, it } from 'vitest';
import { parseText } from './__fixtures__/scenarios.ts';

/** Warnings of two models of one provider with these limits, and these workloads. */
function warningsOf(limits: string, ...workloads: readonly string[]): readonly string[] {
  const text = `providers:
  - { name: own, type: openai-compatible, models: [m, n], base_url: http://h, limits: ${limits} }
  - { name: other, type: openai-compatible, models: [m], base_url: http://h }
workload:
  scenarios: [${workloads.map((workload, index) => `{ name: w${index}, providers: [own], ${workload} }`).join(', ')}]
`;
  return parseText(text).warnings;
}

const hi = 'prompt: Hi';
const rate = (perSecond: number, duration = '60s') =>
  `executor: constant-arrival-rate, rate: ${perSecond}, duration: ${duration}`;

describe('what the open loops offer above a limit', () => {
  it('is said, for all targets of the provider together', () => {
    expect(warningsOf('{ requests_per_minute: 600 }', `${hi}, ${rate(10)}`)).toEqual([
      'The open loops offer own up to 1,200 requests a minute, and its limit is 600: requests will wait for it, and arrivals beyond `max_in_flight` are dropped.',
    ]);
  });

  it('is not said where the limit is just kept', () => {
    expect(warningsOf('{ requests_per_minute: 1200 }', `${hi}, ${rate(10)}`)).toEqual([]);
  });

  it('is added up where workloads overlap, and not where one follows the other', () => {
    const limits = '{ requests_per_minute: 1500 }';
    const first = `${hi}, ${rate(10, '30s')}`;
    expect(warningsOf(limits, first, `${first}, start_after: 30s`)).toEqual([]);
    expect(warningsOf(limits, first, `${first}, start_after: 29s`)[0]).toContain('2,400 requests');
  });

  it('is the peak of a ramp', () => {
    const ramp = `${hi}, executor: ramping-arrival-rate, start_rate: 0, stages: [{ duration: 10s, target: 20 }, { duration: 10s, target: 0 }]`;
    expect(warningsOf('{ requests_per_minute: 2399 }', ramp)[0]).toContain('up to 2,400 requests');
    expect(warningsOf('{ requests_per_minute: 2400 }', ramp)).toEqual([]);
  });

  it('is said of tokens as far as they are known', () => {
    // 20 a second x 60 x (100 + 50).
    const prompt = `prompt: ${'x'.repeat(400)}`;
    const limits =
      '{ tokens_per_minute: 150000, input_tokens_per_minute: 150000, output_tokens_per_minute: 59000 }';
    expect(warningsOf(limits, `${prompt}, max_tokens: 50, ${rate(10)}`)).toEqual([
      expect.stringContaining('up to 180,000 tokens a minute, and its limit is 150,000'),
      expect.stringContaining('up to 60,000 output tokens a minute, and its limit is 59,000'),
    ]);
    expect(warningsOf(limits, `${prompt}, ${rate(10)}`)).toEqual([]);
  });

  it('is unknown of closed loops', () => {
    expect(
      warningsOf('{ requests_per_minute: 1 }', `${hi}, executor: constant-vus, vus: 50, duration: 60s`),
    ).toEqual([]);
  });
});
