import { describe, expect, it } from 'vitest';
import { proxyFor } from './proxy.ts';

const proxy = (url: string, environment: Record<string, string>) => proxyFor(new URL(url), environment);

describe('proxyFor', () => {
  it('goes by the protocol of the URL, lower case before upper case', () => {
    const environment = { http_proxy: 'http://a:1', HTTP_PROXY: 'http://b:2', HTTPS_PROXY: 'http://c:3' };
    expect(proxy('http://x.test/v1', environment)).toBe('http://a:1');
    expect(proxy('https://x.test/v1', environment)).toBe('http://c:3');
    expect(proxy('https://x.test/v1', { http_proxy: 'http://a:1' })).toBeUndefined();
    expect(proxy('http://x.test', { http_proxy: ' ' })).toBeUndefined();
    expect(proxy('http://x.test', { http_proxy: 'a:1' })).toBe('http://a:1');
  });

  it.each([
    ['*', true],
    ['x.test', true],
    ['.x.test', true],
    ['*.x.test', true],
    ['test', true],
    ['X.TEST', true],
    ['a.test, x.test', true],
    ['a.test x.test', true],
    ['x.test:8000', true],
    ['x.test:8001', false],
    ['y.test', false],
    ['ax.test', false],
    ['b.x.test', false],
    ['', false],
  ])('with no_proxy=%j for http://x.test:8000 is left out: %s', (noProxy, leftOut) => {
    const found = proxy('http://x.test:8000/v1', { http_proxy: 'http://p:1', NO_PROXY: noProxy });
    expect(found === undefined).toBe(leftOut);
  });

  it('leaves out subdomains, default ports and addresses too', () => {
    const environment = {
      http_proxy: 'http://p:1',
      https_proxy: 'http://p:1',
      no_proxy: 'x.test:443,127.0.0.1,::1,[fe80::1]:81',
    };
    expect(proxy('https://api.x.test', environment)).toBeUndefined();
    expect(proxy('http://api.x.test', environment)).toBe('http://p:1');
    expect(proxy('http://127.0.0.1:8000', environment)).toBeUndefined();
    expect(proxy('http://[::1]:8000', environment)).toBeUndefined();
    expect(proxy('http://[fe80::1]:81', environment)).toBeUndefined();
    expect(proxy('http://[fe80::1]:82', environment)).toBe('http://p:1');
  });
});
