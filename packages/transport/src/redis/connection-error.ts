import { TokenstormError } from '@tokenstorm/core';
import type { RedisAddress } from './connection-url.ts';

/** Takes from an error of ioredis the command that it was about: that of a login holds the password. Returns the same error. */
export function forgetSecrets(error: unknown): unknown {
  if (error instanceof Error && 'command' in error) Reflect.deleteProperty(error, 'command');
  return error;
}

/** What it means and what to do, by what Redis, Node or TLS say. */
const meanings: readonly { readonly pattern: RegExp; readonly problem: string; readonly hint: string }[] = [
  {
    pattern: /ECONNREFUSED/,
    problem: 'refuses connections',
    hint: 'look whether Redis runs there: redis-cli -h HOST -p PORT ping',
  },
  {
    pattern: /ENOTFOUND|EAI_AGAIN/,
    problem: 'has a host name that cannot be resolved',
    hint: 'look at the host name in the URL',
  },
  {
    pattern: /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    problem: 'cannot be reached',
    hint: 'look at the address, at firewalls on the way, and with rediss:// whether it speaks TLS',
  },
  {
    pattern: /WRONGPASS|invalid password/,
    problem: 'does not accept this user and password',
    hint: 'look at the user and the password in the URL: redis://USER:PASSWORD@HOST, or :PASSWORD@ for the default user',
  },
  {
    pattern: /NOAUTH/,
    problem: 'asks for a password',
    hint: 'put it into the URL: redis://:PASSWORD@HOST, or USER:PASSWORD@ for a user',
  },
  {
    pattern: /NOPERM|can't run this command/,
    problem: 'does not permit this user what Tokenstorm needs',
    hint: 'docs/distributed.md has the rights that an ACL user needs',
  },
  {
    pattern: /DB index is out of range|invalid DB index/i,
    problem: 'does not have this database',
    hint: 'take a number below its setting `databases` (16 by default), or none',
  },
  {
    pattern: /READONLY/,
    problem: 'is a replica that cannot be written to',
    hint: 'give the address of its master',
  },
  {
    pattern: /MOVED|CLUSTERDOWN/,
    problem: 'is a node of a Redis Cluster that does not hold our keys',
    hint: 'give the address of the node that holds the slot of {tokenstorm}: redis-cli cluster keyslot "{tokenstorm}"',
  },
  {
    pattern: /OOM command not allowed/,
    problem: 'has no memory left',
    hint: 'raise its maxmemory; docs/distributed.md says how much a run takes',
  },
  {
    pattern: /MISCONF/,
    problem: 'takes no writes because it cannot save them to its disk',
    hint: 'look at its log and its disk',
  },
  {
    pattern: /Unknown RESP type|Protocol error|Socket timeout/,
    problem: 'does not answer as Redis does',
    hint: 'another service may listen there, or it wants TLS: rediss://',
  },
  {
    pattern: /WRONG_VERSION_NUMBER|wrong version number|packet length too long/i,
    problem: 'does not answer in TLS',
    hint: 'begin the URL with redis:// instead of rediss://',
  },
  {
    pattern: /self.signed|unable to (get|verify)|CERT_|certificate|ALTNAME/i,
    problem: 'has a certificate that is not trusted',
    hint: 'name the file of its certificate authority: rediss://…?ca=PATH; insecure=true takes any certificate',
  },
  {
    pattern: /Connection is closed|ECONNRESET|EPIPE|socket hang up|disconnected before secure TLS/,
    problem: 'closed the connection at once',
    hint: 'it may want TLS (rediss://), or not (redis://), or have too many clients',
  },
];

/** Says which server has which problem, and what to do about it; of the error itself only its message is kept. */
export function redisError(error: unknown, address: RedisAddress): TokenstormError {
  if (error instanceof TokenstormError) return error;
  const said = textOf(error);
  const meaning = meanings.find(({ pattern }) => pattern.test(said));
  const problem = meaning === undefined ? `failed` : meaning.problem;
  return new TokenstormError('E_REDIS', `${address.name} ${problem}: ${said}`, {
    hint: meaning?.hint ?? 'look at its log',
  });
}

function textOf(error: unknown): string {
  if (error instanceof AggregateError) return textOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return code === '' || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}
