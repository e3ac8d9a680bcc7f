import { isIP } from 'node:net';
import { isGuardedAddress, isGuardedName } from './guarded-hosts.ts';
import { parseHostPattern, plainHost } from './host-pattern.ts';
import type { HostPattern } from './host-pattern.ts';

/**
 * Which servers this process may send requests to. Without patterns: all, but for link-local addresses and those of clouds'
 * metadata, which only a pattern of addresses allows. With patterns: those that one of them has, by the name that the scenario
 * gives or by the address that it stands for at the moment of each connection.
 */
export class EgressPolicy {
  readonly #patterns: readonly HostPattern[] | undefined;

  /** What is no pattern (see `parseHostPattern`) allows nothing. */
  constructor(patterns?: readonly string[]) {
    this.#patterns = patterns?.flatMap((text) => parseHostPattern(text) ?? []);
  }

  /** False where nothing is sent to this host, whatever its address is. `host` as a URL has it. */
  mayBeHost(host: string, port: number): boolean {
    const plain = plainHost(host);
    if (isIP(plain) !== 0) return this.allows(plain, plain, port);
    if (isGuardedName(plain) && this.#patterns?.some((one) => one.hasName(plain, port)) !== true)
      return false;
    return this.#hasName(plain, port) || this.dependsOnAddress(plain, port);
  }

  /** Whether its addresses say whether something may be sent to this host: its name does not. */
  dependsOnAddress(host: string, port: number): boolean {
    const hasAddresses = this.#patterns?.some(({ isOfAddresses }) => isOfAddresses) === true;
    return hasAddresses && !this.#hasName(plainHost(host), port);
  }

  /** Whether a connection to this address may be made for this host. */
  allows(host: string, address: string, port: number): boolean {
    if (this.#patterns?.some((one) => one.hasAddress(address, port)) === true) return true;
    return !isGuardedAddress(address) && this.#hasName(plainHost(host), port);
  }

  /** Those of a host's addresses to which a connection may be made; none where its name is refused already. */
  allowed<Entry extends { readonly address: string }>(
    host: string,
    addresses: readonly Entry[],
    port: number,
  ): readonly Entry[] {
    if (!this.mayBeHost(host, port)) return [];
    return addresses.filter(({ address }) => this.allows(host, address, port));
  }

  #hasName(name: string, port: number): boolean {
    if (this.#patterns === undefined) return true;
    return isIP(name) === 0 && this.#patterns.some((one) => one.hasName(name, port));
  }
}

/** What to say of a host to which nothing is sent. */
export function refusedHost(host: string, port: number): string {
  return `requests to ${host}:${port} are not allowed here (--allow-host)`;
}
