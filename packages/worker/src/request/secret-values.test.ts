import { describe, expect, it } from 'vitest';
import { secretValues } from './secret-values.ts';

type Parts = Parameters<typeof secretValues>[0];

const environment = {
  KEY: 'the-key',
  HEADER: 'the-header',
  TENANT: 'the-path',
  HOST: 'the-host',
  URL: 'http://h',
};

function values(target: object, workload: object = {}, variables: object = {}) {
  const parts = {
    targets: [{ baseUrl: 'http://h/v1', headers: {}, query: {}, ...target }],
    workloads: [{ headers: {}, extraBody: {}, ...workload }],
  };
  return secretValues(parts as unknown as Parts, { ...environment, ...variables });
}

describe('secretValues', () => {
  it('are those of the variables that keys, headers and queries refer to, each once', () => {
    expect(values({ apiKey: '${KEY}', headers: { a: 'x ${KEY}' } }, { headers: { b: '${HEADER}' } })).toEqual(
      ['the-key', 'the-header'],
    );
    expect(values({ query: { a: '${KEY}' } })).toEqual(['the-key']);
  });

  it('are those in the path of a base URL, and not its host or the whole', () => {
    expect(values({ baseUrl: 'https://${HOST}/${TENANT}/v1' })).toEqual(['the-path']);
    expect(values({ baseUrl: { eu: 'https://h/${TENANT}', us: 'https://h' } })).toEqual(['the-path']);
    expect(values({ baseUrl: '${URL}' })).toEqual([]);
    expect(values({ baseUrl: '${URL}/v1' })).toEqual([]);
  });

  it('are what is written out under the name of a secret', () => {
    const headers = { 'X-Auth-Token': 'Token literal-1', 'x-trace': 'plain', author: 'somebody' };
    const extraBody = { api_key: 'literal-2', max_tokens: 5, user: 'me', nested: { password: 'literal-3' } };
    expect(values({ headers, query: { code: 'literal-4' } }, { extraBody })).toEqual([
      'literal-1',
      'literal-4',
      'literal-2',
      'literal-3',
    ]);
  });

  it('are the passwords of proxies', () => {
    expect(values({}, {}, { HTTPS_PROXY: 'http://me:proxy-pass@h:1', http_proxy: 'http://h:2' })).toEqual([
      'proxy-pass',
    ]);
  });
});
