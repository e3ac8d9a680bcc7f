import { describe, expect, it } from 'vitest';
import { parseHostPattern, plainHost } from './host-pattern.ts';

describe('a pattern of hosts', () => {
  it.each([
    ['api.example.com', 'api.example.com', 443, true],
    ['API.Example.com.', 'api.example.com', 443, true],
    ['api.example.com', 'xapi.example.com', 443, false],
    ['api.example.com:8443', 'api.example.com', 8443, true],
    ['api.example.com:8443', 'api.example.com', 443, false],
    ['*.example.com', 'a.b.example.com', 80, true],
    ['*.example.com', 'example.com', 80, false],
    ['*.example.com', 'evilexample.com', 80, false],
    ['*.example.com', 'example.com.evil.test', 80, false],
    ['*', 'any.thing', 80, true],
    ['*:8000', 'any.thing', 80, false],
    ['10.0.0.0/8', 'ten.example', 80, false],
  ])('%s has the name %s at port %d: %s', (pattern, name, port, has) => {
    expect(parseHostPattern(pattern)?.hasName(name, port)).toBe(has);
  });

  it.each([
    ['10.0.0.0/8', '10.255.1.2', 80, true],
    ['10.0.0.0/8', '11.0.0.1', 80, false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', 80, true],
    ['10.0.0.0/8', '::ffff:a01:203', 80, true],
    ['10.0.0.0/8:8000', '10.1.1.1', 8000, true],
    ['10.0.0.0/8:8000', '10.1.1.1', 8001, false],
    ['127.0.0.1', '127.0.0.1', 1, true],
    ['127.0.0.1', '127.0.0.2', 1, false],
    ['fd00::/8', 'fd12::1', 80, true],
    ['fd00::1', 'fd00:0:0::1', 80, true],
    ['[fd00::1]:8000', 'fd00::1', 8000, true],
    ['[fd00::/8]:8000', 'fd00::1', 80, false],
    ['*', '127.0.0.1', 80, false],
  ])('%s has the address %s at port %d: %s', (pattern, address, port, has) => {
    expect(parseHostPattern(pattern)?.hasAddress(address, port)).toBe(has);
  });

  it.each([
    '',
    ' ',
    'http://example.com',
    'example.com/path',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0',
    '300.1.1.1',
    'a*.example.com',
    '*.*.com',
    'example..com',
    'a b',
    'example.com:0',
    'example.com:65536',
    'example.com:http',
    '[example.com',
    'user@example.com',
  ])('is not %j', (text) => {
    expect(parseHostPattern(text)).toBeUndefined();
  });
});

it.each([
  ['Example.COM.', 'example.com'],
  ['[FD00::1]', 'fd00::1'],
])('the host %s is compared as %s', (host, plain) => {
  expect(plainHost(host)).toBe(plain);
});
