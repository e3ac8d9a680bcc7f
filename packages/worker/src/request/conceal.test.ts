import { describe, expect, it } from 'vitest';
import { concealing } from './conceal.ts';

type Parts = Parameters<typeof concealing>[0];

const target = { baseUrl: 'http://h/v1', headers: {}, query: {} };
const scenario = {
  targets: [
    { ...target, apiKey: '${KEY}', headers: { 'x-a': 'Token ${HEADER}' }, query: { code: '${QUERY}' } },
  ],
  workloads: [{ headers: { 'x-b': '${SHORT} ${UNSET} ${QUOTED}' }, extraBody: {} }],
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
    ['as a URL in JSON in a string spells it', 'of \\"a%20b%26c\\/d%25e\\"', 'of \\"[redacted]\\"'],
    ['as HTML spells it', 'of a b&amp;c&#x2F;d&#37;e.', 'of [redacted].'],
    ['as careful JSON spells it', 'of a b\\u0026c\\u002Fd\\u0025e.', 'of [redacted].'],
    ['as a URL inside a URL spells it', '?u=a%2520b%2526c%252Fd%2525e.', '?u=[redacted].'],
    // The last character holds 2 bits of the key.
    ['in base64', 'YWJjZGVmLUtFWQ==', '[redacted]Q=='],
    ['in base64 after one byte', Buffer.from('uabcdef-KEY').toString('base64'), 'dW[redacted]k='],
    ['in base64 after two bytes', Buffer.from('u:abcdef-KEY').toString('base64'), 'dTp[redacted]'],
    ['in hexadecimal', '6162636465662d4b4559', '[redacted]'],
    ['what a cut left of it', 'wrong key: abcdef-', 'wrong key: [redacted]'],
    ['what a cut left of it before dots', 'wrong header: uvwxyz…', 'wrong header: [redacted]'],
    [
      'what a server left of it',
      'uvwxyz-HE... is wrong, so is ..yz-HEADER!',
      '[redacted]... is wrong, so is ..[redacted]!',
    ],
  ])('hides %s', (_, text, expected) => {
    expect(conceal(text)).toBe(expected);
  });

  it.each(['the tenant acme', 'not referred to', 'abc', '', 'HTTP 401: wrong key…', '100 % &c. \\o/'])(
    'leaves %j as it is',
    (text) => {
      expect(conceal(text)).toBe(text);
    },
  );

  it('does nothing for a scenario without secrets', () => {
    const none = { targets: [target], workloads: [{ headers: { a: 'b' }, extraBody: {} }] };
    expect(concealing(none as unknown as Parts, environment)('abcdef-KEY')).toBe('abcdef-KEY');
  });
});
