import { describe, expect, it } from 'vitest';
import { EgressPolicy } from './egress-policy.ts';

const metadata = [
  '169.254.169.254',
  '169.254.170.2',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '[::ffff:169.254.169.254]',
  '[64:ff9b::a9fe:a9fe]',
  '100.100.100.200',
  'metadata.google.internal',
  'METADATA.google.internal.',
];

describe('without patterns', () => {
  const policy = new EgressPolicy();

  it.each(metadata)('%s is refused', (host) => {
    expect(policy.mayBeHost(host, 80)).toBe(false);
  });

  it.each(['example.com', '127.0.0.1', '10.0.0.1', '[::1]', '169.253.1.1'])('%s is allowed', (host) => {
    expect(policy.mayBeHost(host, 80)).toBe(true);
  });

  it('a name may stand for anything but these addresses', () => {
    const addresses = ['169.254.169.254', '10.0.0.1', 'fe80::1%eth0'].map((address) => ({
      address,
      family: 4,
    }));
    expect(policy.allowed('rebound.test', addresses, 80)).toEqual([{ address: '10.0.0.1', family: 4 }]);
  });
});

describe('with patterns', () => {
  const policy = new EgressPolicy(['api.example.com', '*.internal:8000', '10.1.0.0/16', 'no pattern/']);

  it.each([
    ['api.example.com', 443, true],
    ['other.example.com', 443, true], // Its address may be one of 10.1.0.0/16.
    ['10.1.2.3', 80, true],
    ['10.2.2.3', 80, false],
    ['127.0.0.1', 80, false],
  ])('%s at port %d may be a host: %s', (host, port, may) => {
    expect(policy.mayBeHost(host, port)).toBe(may);
  });

  it.each([
    ['api.example.com', '203.0.113.9', 443, true],
    ['api.example.com', '169.254.169.254', 443, false],
    ['other.example.com', '203.0.113.9', 443, false],
    ['other.example.com', '10.1.9.9', 443, true],
    ['a.internal', '192.168.1.1', 8000, true],
    ['a.internal', '192.168.1.1', 8001, false],
  ])('%s with the address %s at port %d is allowed: %s', (host, address, port, is) => {
    expect(policy.allows(host, address, port)).toBe(is);
    expect(policy.allowed(host, [{ address }], port)).toHaveLength(is ? 1 : 0);
  });

  it('of names alone, a name that none of them has is refused at once', () => {
    const names = new EgressPolicy(['*.example.com']);
    expect(names.mayBeHost('example.org', 443)).toBe(false);
    expect(names.dependsOnAddress('example.org', 443)).toBe(false);
    expect(policy.dependsOnAddress('example.org', 443)).toBe(true);
  });

  it('none at all allow nothing', () => {
    expect(new EgressPolicy([]).mayBeHost('example.com', 443)).toBe(false);
  });
});

describe('metadata', () => {
  it('is allowed by its address alone', () => {
    expect(new EgressPolicy(['169.254.169.254']).mayBeHost('169.254.169.254', 80)).toBe(true);
    expect(new EgressPolicy(['169.254.0.0/16:80']).mayBeHost('169.254.169.254', 81)).toBe(false);
  });

  it('is not allowed by a pattern of any name, nor by its name without its address', () => {
    const named = new EgressPolicy(['metadata.google.internal']);
    expect(new EgressPolicy(['*']).allows('x.test', '169.254.169.254', 80)).toBe(false);
    expect(named.mayBeHost('metadata.google.internal', 80)).toBe(true);
    expect(named.allows('metadata.google.internal', '169.254.169.254', 80)).toBe(false);
    const both = new EgressPolicy(['metadata.google.internal', '169.254.169.254']);
    expect(both.allows('metadata.google.internal', '169.254.169.254', 80)).toBe(true);
  });
});
