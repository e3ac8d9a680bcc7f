import { describe, expect, it } from 'vitest';
import { apiKeyReference, isLiteralSecret } from './api-key.ts';
import { baseUrlFor } from './base-url.ts';
import { durationOf, parseDurationFlag } from './duration-flag.ts';
import { parseGoodput } from './goodput.ts';
import { readScalar, splitPair } from './key-value.ts';
import { errorRateThreshold, parseThreshold } from './threshold-flag.ts';

describe('parseDurationFlag', () => {
  it.each([
    ['30s', '30s'],
    ['60', '60s'],
    ['0.5', '0.5s'],
    ['1h30m', '1h30m'],
    [' 250ms ', '250ms'],
    ['0', undefined],
    ['0s', undefined],
    ['30m1h', undefined],
    ['-5s', undefined],
    ['5 s', undefined],
    ['', undefined],
    ['1e3', undefined],
    ['inf', undefined],
  ])('%s is %s', (text, expected) => {
    expect(parseDurationFlag(text)).toBe(expected);
  });
});

describe('durationOf', () => {
  it.each([
    [600, 20, '30000ms'],
    [10, 3, '3333.333ms'],
    [1, 0.5, '2000ms'],
    [7, 1000, '7ms'],
  ])('%i arrivals at %d per second take %s', (count, rate, expected) => {
    expect(durationOf(count, rate)).toBe(expected);
  });

  it('has room for the last arrival at i / rate and none for one more', () => {
    for (const rate of [0.1, 0.3, 3, 7, 19.7, 333, 12_345.6]) {
      for (const count of [1, 2, 10, 999]) {
        const durationMs = Number(durationOf(count, rate).replace('ms', ''));
        expect(durationMs).toBeGreaterThan(((count - 1) / rate) * 1000);
        expect(durationMs).toBeLessThanOrEqual((count / rate) * 1000);
      }
    }
  });
});

describe('parseGoodput', () => {
  it.each([
    [['ttft:200 tpot:50 e2el:30000'], { ttft: '200ms', tpot: '50ms', e2e: '30000ms' }],
    [['ttft:200', 'tpot:12.5'], { ttft: '200ms', tpot: '12.5ms' }],
    [
      ['time_to_first_token:100 inter_token_latency:5 request_latency:900'],
      { ttft: '100ms', tpot: '5ms', e2e: '900ms' },
    ],
    [['ttft:200,e2e:1000'], { ttft: '200ms', e2e: '1000ms' }],
  ])('%s', (values, expected) => {
    expect(parseGoodput(values)).toEqual({ slo: expected, problems: [] });
  });

  it.each(['ttft', 'ttft:', 'ttft:0', 'ttft:-1', 'ttft:5s', 'speed:5', 'constructor:5', ''])(
    'refuses %s',
    (pair) => {
      const { slo, problems } = parseGoodput([pair]);
      expect(slo).toEqual({});
      expect(problems).toHaveLength(1);
    },
  );

  it('refuses two limits of one metric', () => {
    expect(parseGoodput(['e2e:1 e2el:2']).problems).toEqual(['--goodput limits e2e twice']);
  });
});

describe('apiKeyReference', () => {
  it.each([
    ['${OPENAI_API_KEY}', '${OPENAI_API_KEY}'],
    ['env:MY_KEY_2', '${MY_KEY_2}'],
    ['sk-proj-123', undefined],
    ['OPENAI_API_KEY', undefined],
    ['${A B}', undefined],
    ['${A}${B}', undefined],
    ['env:', undefined],
    ['', undefined],
  ])('%s gives %s', (value, expected) => {
    expect(apiKeyReference(value)).toBe(expected);
  });

  it.each([
    ['Authorization', 'Bearer abc', true],
    ['authorization', 'Bearer ${KEY}', false],
    ['X-API-Key', 'abc', true],
    ['x-trace', 'abc', false],
  ])('%s: %s is a literal secret: %s', (header, value, expected) => {
    expect(isLiteralSecret(header, value)).toBe(expected);
  });
});

describe('thresholds', () => {
  it.each([
    ['ttft: p(95)<800ms', 'ttft', 'p(95)<800ms'],
    ['errors{provider:openai}: rate < 1%', 'errors{provider:openai}', 'rate < 1%'],
    [' e2e :max < 5s ', 'e2e', 'max < 5s'],
  ])('%s', (text, metric, expression) => {
    expect(parseThreshold(text)).toEqual({ metric, expression, abortOnFail: false, origin: '--threshold' });
  });

  it.each(['ttft', 'ttft:', ': p(95) < 1s', ''])('refuses "%s"', (text) => {
    expect(parseThreshold(text)).toBeUndefined();
  });

  it.each([
    ['5%', 'rate <= 0.05'],
    ['0.05', 'rate <= 0.05'],
    ['.5', 'rate <= 0.5'],
    ['0', 'rate <= 0'],
    ['100%', 'rate <= 1'],
    ['5', undefined],
    ['-1%', undefined],
    ['many', undefined],
  ])('an error share of %s is %s', (share, expected) => {
    expect(errorRateThreshold(share, { origin: '--max-error-rate', abortOnFail: true })?.expression).toBe(
      expected,
    );
  });
});

describe('pairs and URLs', () => {
  it('cuts at the first separator', () => {
    expect(splitPair('a: b:c', ':')).toEqual(['a', 'b:c']);
    expect(splitPair('json=a=b', '=')).toEqual(['json', 'a=b']);
    expect(splitPair(':b', ':')).toBeUndefined();
    expect(splitPair('ab', ':')).toBeUndefined();
  });

  it.each([
    ['true', true],
    ['5', 5],
    ['null', null],
    ['[1,2]', [1, 2]],
    ['low', 'low'],
    ['"5"', '5'],
  ])('reads %s', (text, expected) => {
    expect(readScalar(text)).toEqual(expected);
  });

  it.each([
    ['http://h:8000', undefined, 'http://h:8000'],
    ['http://h:8000', '/v1/chat/completions', 'http://h:8000/v1'],
    ['http://h:8000/v1/', '/v1/chat/completions', 'http://h:8000/v1'],
    ['http://h', '/api/v1/chat/completions', 'http://h/api/v1'],
    ['http://h/v1', '/api/v1/responses', 'http://h/api/v1'],
    ['http://h', '/v1/messages', 'http://h/v1'],
  ])('%s with the endpoint %s is %s', (url, endpoint, expected) => {
    expect(baseUrlFor(url, endpoint)).toBe(expected);
  });
});
