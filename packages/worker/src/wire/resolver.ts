import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { Clock } from '@tokenstorm/core';

/** Called with the addresses in the system's order (at least one) and the ms spent waiting for them, or with an error. */
export type OnResolved = (
  error: Error | undefined,
  addresses: readonly LookupAddress[],
  dnsMs: number | undefined,
) => void;

interface Entry {
  addresses: readonly LookupAddress[] | undefined;
  expiresAtMs: number;
  waiting: OnResolved[];
}

/**
 * Looks host names up through the system's resolver. Simultaneous look-ups of one name are one; an answer is used for 30 s,
 * so that a burst of connections does not queue behind the four threads of `getaddrinfo`.
 */
export class Resolver {
  static readonly keptMs = 30_000;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `dnsMs` is `undefined` where nothing was looked up: an IP address, or an answer still known. The call-back may come at once. */
  resolve(host: string, onResolved: OnResolved): void {
    const family = isIP(host);
    if (family !== 0) return onResolved(undefined, [{ address: host, family }], undefined);
    const startMs = this.#clock.nowMs();
    const entry = this.#entries.get(host);
    if (entry?.addresses !== undefined && startMs < entry.expiresAtMs) {
      return onResolved(undefined, entry.addresses, undefined);
    }
    const timed: OnResolved = (error, addresses) =>
      onResolved(error, addresses, this.#clock.nowMs() - startMs);
    if (entry !== undefined && entry.waiting.length > 0) entry.waiting.push(timed);
    else this.#lookUp(host, timed);
  }

  #lookUp(host: string, first: OnResolved): void {
    const entry: Entry = { addresses: undefined, expiresAtMs: 0, waiting: [first] };
    this.#entries.set(host, entry);
    lookup(host, { all: true }, (error, addresses) => {
      const { waiting } = entry;
      entry.waiting = [];
      const found = error === null && addresses.length > 0;
      if (found) {
        entry.addresses = addresses;
        entry.expiresAtMs = this.#clock.nowMs() + Resolver.keptMs;
      } else this.#entries.delete(host);
      const problem = found ? undefined : (error ?? new Error('the name has no address'));
      for (const onResolved of waiting) onResolved(problem, addresses ?? [], undefined);
    });
  }
}
