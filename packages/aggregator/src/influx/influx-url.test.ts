import { describe, expect, it } from 'vitest';
import { parseInfluxUrl } from './influx-url.ts';

describe('parseInfluxUrl', () => {
  it.each([
    [
      'http://127.0.0.1:8086',
      { protocol: 'http', host: '127.0.0.1', port: 8086, path: '', text: 'http://127.0.0.1:8086' },
    ],
    [
      'https://influx.example/',
      { protocol: 'https', host: 'influx.example', port: 443, path: '', text: 'https://influx.example' },
    ],
    [
      'http://h/proxy/influx/',
      { protocol: 'http', host: 'h', port: 80, path: '/proxy/influx', text: 'http://h/proxy/influx' },
    ],
    [
      'http://[::1]:8086?db=load',
      { protocol: 'http', host: '[::1]', port: 8086, path: '', database: 'load', text: 'http://[::1]:8086' },
    ],
    [
      'http://me:p%40ss%3A%2Fword@h:1/?db=',
      {
        protocol: 'http',
        host: 'h',
        port: 1,
        path: '',
        username: 'me',
        password: 'p@ss:/word',
        text: 'http://h:1',
      },
    ],
    [
      'http://me@h:1',
      { protocol: 'http', host: 'h', port: 1, path: '', username: 'me', password: '', text: 'http://h:1' },
    ],
  ])('reads %s', (url, address) => {
    expect(parseInfluxUrl(url)).toEqual(address);
  });

  it.each([
    ['localhost:8086', /does not begin with http/],
    ['ftp://me:s3cret@h', /does not begin with http/],
    ['http://', /cannot be read/],
    ['me:s3cret', /does not begin with http/],
    ['', /cannot be read/],
    ['http://me:s3cret%zz@h', /%25/],
    ['http://me:s3cret@h/?database=x&rp=y', /not known: database, rp$/],
  ])('refuses %j without showing a password', (url, message) => {
    const refusal = (() => {
      try {
        return parseInfluxUrl(url);
      } catch (error) {
        return error as Error;
      }
    })();
    expect(refusal).toMatchObject({ code: 'E_USAGE', message: expect.stringMatching(message) });
    expect(`${JSON.stringify(refusal)} ${refusal instanceof Error ? refusal.stack : ''}`).not.toContain(
      's3cret',
    );
  });
});
