import { describe, expect, it } from 'vitest';
import { concealing } from './conceal.ts';

type Parts = Parameters<typeof concealing>[0];

const scenario = {
  targets: [{ apiKey: '${KEY}', headers: { 'x-a': 'Token ${HEADER}' }, query: { code: '${QUERY}' } }],
  workloads: [{ headers: { 'x-b': '${SHORT} ${UNSET} ${QUOTED}' } }],
} as unknown as Parts;

const environment = {
  KEY: 'abcdef-KEY',
  HEADER: 'uvwxyz-HEADER',
  QUERY: 'a b&c/d%e',
  SHORT: 'acme',
  QUOTED: 'say "x" \\ now',
  OTHER: 'not referred to',
};

const conceal = concealing(scenario, environment);

describe('concealing', () => {
  it.each([
    ['a key', 'the key abcdef-KEY is wrong: abcdef-KEY', 'the key [redacted] is wrong: [redacted]'],
    ['what stands in a header', 'Token uvwxyz-HEADER?', 'Token [redacted]?'],
    ['what stands in a query', 'no a b&c/d%e here', 'no [redacted] here'],
    ['as a URL spells it', 'GET /?code=a%20b%26c%2Fd%25e.', 'GET /?code=[redacted].'],
    ['as a form spells it', 'GET /?code=a+b%26c%2Fd%25e.', 'GET /?code=[redacted].'],
    ['as JSON spells it', '{"x-b":"say \\"x\\" \\\\ now"}', '{"x-b":"[redacted]"}'],
    ['what a cut left of it', 'wrong key: abcdef-K', 'wrong key: [redacted]'],
    ['what a cut left of it before dots', 'wrong header: uvwxyz…', 'wrong header: [redacted]'],
  ])('hides %s', (_, text, expected) => {
    expect(conceal(text)).toBe(expected);
  });

  it.each(['the tenant acme', 'not referred to', 'abc', '', 'HTTP 401: wrong key…'])(
    'leaves %j as it is',
    (text) => {
      expect(conceal(text)).toBe(text);
    },
  );

  it('does nothing for a scenario without references', () => {
    const none = { targets: [{ headers: {}, query: {} }], workloads: [{ headers: { a: 'b' } }] };
    expect(concealing(none as unknown as Parts, environment)('abcdef-KEY')).toBe('abcdef-KEY');
  });
});
