import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { TokenstormError, exitCodes } from '@tokenstorm/core';

/** Where Redis is, and how to get in. */
export interface RedisAddress {
  /** For messages: `Redis at host:port`, without credentials. */
  readonly name: string;
  /** What the client needs. */
  readonly options: AddressOptions;
}

interface AddressOptions extends Credentials {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly tls?: ConnectionOptions;
}

interface Credentials {
  readonly username?: string;
  readonly password?: string;
}

const form = 'redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], or rediss:// for TLS';
const parameters = ['ca', 'cert', 'key', 'insecure'];

/**
 * Reads `redis://[user:password@]host[:port][/database]`. A password alone is `:password@`. `rediss://` is TLS; there `?ca=PATH`
 * names a file (PEM) with the certificates to trust instead of the system's, `cert=PATH` and `key=PATH` are the client's own,
 * and `insecure=true` takes any certificate. Throws `E_REDIS` (exit 2) that names all problems and never the URL, which holds a
 * password.
 */
export function parseRedisUrl(text: string): RedisAddress {
  const url = urlOf(text.trim());
  const problems: string[] = [];
  const options: AddressOptions = {
    host: hostOf(url, problems),
    port: url.port === '' ? 6379 : Number(url.port),
    db: databaseOf(url, problems),
    ...credentialsOf(url, problems),
    ...tlsOf(url, problems),
  };
  if (problems.length > 0) throw malformed(problems);
  return { name: `Redis at ${url.host}${url.port === '' ? ':6379' : ''}`, options };
}

function urlOf(text: string): URL {
  if (!/^rediss?:\/\//i.test(text)) throw malformed([`it must be ${form}`]);
  const url = URL.parse(text);
  if (url !== null) return url;
  throw malformed([
    `it must be ${form}; in a user or a password write @ : / ? # % as %40 %3A %2F %3F %23 %25`,
  ]);
}

function hostOf(url: URL, problems: string[]): string {
  if (url.hostname === '') problems.push('it names no host');
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

function databaseOf(url: URL, problems: string[]): number {
  const path = url.pathname.replace(/^\//, '');
  if (!/^\d{0,6}$/.test(path))
    problems.push('what stands after the host must be the number of a database, as in /2');
  if (url.hash !== '') problems.push('it has a part after #: in a user or a password write # as %23');
  return Number(path);
}

function credentialsOf(url: URL, problems: string[]): Credentials {
  if (url.username !== '' && url.password === '') {
    problems.push('it has a user but no password: write USER:PASSWORD@, or :PASSWORD@ without a user');
  }
  try {
    const username = decodeURIComponent(url.username);
    const password = decodeURIComponent(url.password);
    return { ...(username !== '' && { username }), ...(password !== '' && { password }) };
  } catch {
    problems.push('its user or password has a % that must be written as %25');
    return {};
  }
}

function tlsOf(url: URL, problems: string[]): Pick<AddressOptions, 'tls'> {
  for (const name of new Set(url.searchParams.keys())) {
    if (!parameters.includes(name))
      problems.push(`it has an unknown parameter; known are ${parameters.join(', ')}`);
  }
  if (url.protocol.toLowerCase() !== 'rediss:') {
    if (url.search !== '') problems.push('parameters are for TLS: begin with rediss://');
    return {};
  }
  const insecure = url.searchParams.get('insecure') ?? 'false';
  if (insecure !== 'true' && insecure !== 'false') problems.push('insecure must be true or false');
  return { tls: { rejectUnauthorized: insecure !== 'true', ...filesOf(url, problems) } };
}

function filesOf(url: URL, problems: string[]): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  const files: { ca?: Buffer; cert?: Buffer; key?: Buffer } = {};
  for (const name of ['ca', 'cert', 'key'] as const) {
    const path = url.searchParams.get(name);
    if (path === null) continue;
    try {
      files[name] = readFileSync(path);
    } catch (cause) {
      problems.push(
        `the file of ${name} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      );
    }
  }
  if ((files.cert === undefined) !== (files.key === undefined)) problems.push('cert and key belong together');
  return files;
}

function malformed(problems: readonly string[]): TokenstormError {
  return new TokenstormError('E_REDIS', `the Redis URL cannot be used: ${problems.join('; ')}`, {
    exitCode: exitCodes.usage,
    hint: `for instance redis://127.0.0.1:6379, or rediss://:PASSWORD@redis.example.com:6380/1?ca=ca.pem`,
  });
}
