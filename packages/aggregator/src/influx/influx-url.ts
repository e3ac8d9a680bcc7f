import { TokenstormError } from '@tokenstorm/core';

/** Where an InfluxDB is, as its URL says. */
export interface InfluxAddress {
  readonly protocol: 'http' | 'https';
  /** An IPv6 address has its brackets. */
  readonly host: string;
  readonly port: number;
  /** What stands before `/write` and `/query`: empty, or `/path` behind a proxy. */
  readonly path: string;
  readonly username?: string;
  readonly password?: string;
  /** Of the URL's `?db=NAME`. */
  readonly database?: string;
  /** The URL without user, password and database: what may be printed. */
  readonly text: string;
}

const hint = 'such as http://127.0.0.1:8086, or http://user:password@host:8086/?db=tokenstorm';

/**
 * Reads `http[s]://[user:password@]host[:port][/path][?db=NAME]`. Throws `E_USAGE`, without the URL, for anything else: it
 * may hold a password.
 */
export function parseInfluxUrl(url: string): InfluxAddress {
  if (!URL.canParse(url)) throw wrong('cannot be read');
  const parsed = new URL(url);
  const protocol = parsed.protocol.slice(0, -1);
  if (protocol !== 'http' && protocol !== 'https') throw wrong('does not begin with http:// or https://');
  const { database } = readParameters(parsed.searchParams);
  const path = parsed.pathname.replace(/\/+$/, '');
  return {
    protocol,
    host: parsed.hostname,
    port: Number(parsed.port) || (protocol === 'http' ? 80 : 443),
    path,
    ...credentialsOf(parsed),
    ...(database !== undefined && { database }),
    text: `${parsed.protocol}//${parsed.host}${path}`,
  };
}

function credentialsOf({ username, password }: URL): Pick<InfluxAddress, 'username' | 'password'> {
  if (username === '' && password === '') return {};
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    throw wrong('has a user or password with a % that is not followed by two hex digits (write %25 for it)');
  }
}

function readParameters(parameters: URLSearchParams): { readonly database?: string } {
  const unknown = [...parameters.keys()].filter((name) => name !== 'db');
  if (unknown.length > 0) throw wrong(`has parameters that are not known: ${unknown.join(', ')}`);
  const database = parameters.get('db');
  return database === null || database === '' ? {} : { database };
}

function wrong(what: string): TokenstormError {
  return new TokenstormError('E_USAGE', `the URL of InfluxDB ${what}`, { hint });
}
