import { describe, expect, it } from 'vitest';
import { Resolver } from './resolver.ts';

function resolve(resolver: Resolver, host: string) {
  return new Promise<{ error: Error | undefined; addresses: readonly string[]; dnsMs: number | undefined }>(
    (done) => {
      resolver.resolve(host, (error, addresses, dnsMs) => {
        done({ error, addresses: addresses.map(({ address }) => address), dnsMs });
      });
    },
  );
}

describe('Resolver', () => {
  it('looks a name up once for all who ask at once, and keeps the answer for 30 s', async () => {
    let nowMs = 0;
    // Each look at the clock takes a millisecond.
    const resolver = new Resolver({ nowMs: () => ++nowMs, epochMs: () => 0 });
    const [first, second] = await Promise.all([
      resolve(resolver, 'localhost'),
      resolve(resolver, 'localhost'),
    ]);
    expect(first.addresses).toContain('127.0.0.1');
    expect(second.addresses).toEqual(first.addresses);
    expect([first.dnsMs! > 0, second.dnsMs! > 0]).toEqual([true, true]);
    expect((await resolve(resolver, 'localhost')).dnsMs).toBeUndefined();
    nowMs += Resolver.keptMs;
    expect((await resolve(resolver, 'localhost')).dnsMs).toBeGreaterThan(0);
  });

  it('takes addresses as they are, at once', () => {
    const resolver = new Resolver({ nowMs: () => 0, epochMs: () => 0 });
    const told: unknown[] = [];
    for (const host of ['127.0.0.1', '::1']) resolver.resolve(host, (...answer) => void told.push(answer));
    expect(told).toEqual([
      [undefined, [{ address: '127.0.0.1', family: 4 }], undefined],
      [undefined, [{ address: '::1', family: 6 }], undefined],
    ]);
  });

  it('tells of a name that is not known, and asks again the next time', async () => {
    let nowMs = 0;
    const resolver = new Resolver({ nowMs: () => ++nowMs, epochMs: () => 0 });
    for (let time = 0; time < 2; time++) {
      const { error, addresses, dnsMs } = await resolve(resolver, 'no-such-host.invalid');
      expect([error instanceof Error, addresses, dnsMs! > 0]).toEqual([true, [], true]);
    }
  });
});
