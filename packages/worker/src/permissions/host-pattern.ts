import { BlockList, isIP } from 'node:net';

/** A set of hosts, as `--allow-host` has it. */
export interface HostPattern {
  /** True of a pattern of addresses; names are none of its business. */
  readonly isOfAddresses: boolean;
  /** Whether it names this host name (lower case, without a dot at its end); never for a pattern of addresses. */
  hasName(name: string, port: number): boolean;
  /** Whether it has this IP address; never for a pattern of names. */
  hasAddress(address: string, port: number): boolean;
}

const labels = /^(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/;

/**
 * Reads `api.example.com`, `*.example.com` (any number of labels, but not `example.com` itself), `*`, an IP address or a network
 * (`10.0.0.0/8`, `fd00::/8`), each with or without a port (`host:8000`, `[fd00::1]:8000`, `[fd00::/8]:8000`). `undefined` for
 * anything else.
 */
export function parseHostPattern(text: string): HostPattern | undefined {
  const split = splitPort(text.trim().toLowerCase());
  if (split === undefined) return undefined;
  const { host, port } = split;
  const [base = '', prefix, ...rest] = host.split('/');
  const family = isIP(base);
  if (family !== 0 && rest.length === 0) return addressPattern(base, prefix, family, port);
  const name = withoutDot(host);
  return labels.test(name) && !/^[\d.]+$/.test(name) ? namePattern(name, port) : undefined;
}

/** A host as names are compared: lower case, no brackets around an IPv6 address, no dot at the end. */
export function plainHost(host: string): string {
  const lower = host.toLowerCase();
  return withoutDot(lower.startsWith('[') ? lower.slice(1, -1) : lower);
}

/** The port that a URL stands for. */
export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

function withoutDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

function splitPort(text: string): { readonly host: string; readonly port: number | undefined } | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? (/^[\da-f.:/]+$/.test(text) ? text : undefined);
  const port = digits === undefined ? undefined : Number(digits);
  return host === undefined || (port !== undefined && (port < 1 || port > 65_535))
    ? undefined
    : { host, port };
}

function addressPattern(
  base: string,
  prefix: string | undefined,
  family: number,
  wanted: number | undefined,
): HostPattern | undefined {
  const most = family === 4 ? 32 : 128;
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || Number(prefix) > most)) return undefined;
  const list = new BlockList();
  list.addSubnet(base, prefix === undefined ? most : Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  return {
    isOfAddresses: true,
    hasName: () => false,
    hasAddress: (address, port) => isPort(wanted, port) && hasAddress(list, address),
  };
}

function namePattern(pattern: string, wanted: number | undefined): HostPattern {
  const ending = pattern.startsWith('*.') ? pattern.slice(1) : undefined;
  const matches = (name: string) =>
    pattern === '*' || (ending === undefined ? name === pattern : name.endsWith(ending));
  return {
    isOfAddresses: false,
    hasName: (name, port) => isPort(wanted, port) && matches(name),
    hasAddress: () => false,
  };
}

function isPort(wanted: number | undefined, port: number): boolean {
  return wanted === undefined || wanted === port;
}

/** Whether a list has an address, also one that is written as an IPv6 address and stands for one of IPv4. */
export function hasAddress(list: BlockList, address: string): boolean {
  const [plain = ''] = address.split('%');
  return list.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6');
}
