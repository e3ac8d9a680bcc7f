import type { Environment } from '@tokenstorm/core';
import { parseDuration } from '@tokenstorm/core';
import { parseDurationFlag } from './duration-flag.ts';
import type { Flag } from './flag.ts';
import type { FlagValues } from './flag-values.ts';

/** What every process that serves runs over Redis is told. */
export interface ServiceOptions {
  readonly redisUrl: string;
  readonly leaseMs: number;
  /** Redis away for so long is gone for good. */
  readonly giveUpMs: number;
  /** Of /healthz and /metrics; 0 for any free one, undefined for none. */
  readonly port?: number;
  readonly log: 'text' | 'json';
  readonly quiet: boolean;
}

const leastLeaseMs = 2000;
const mostLeaseMs = 300_000;

/** Reads what all services have in common; notes every problem. */
export function readService(values: FlagValues, environment: Environment): ServiceOptions {
  const leaseMs = durationMs(values, '--lease', { min: leastLeaseMs, max: mostLeaseMs }) ?? 10_000;
  const giveUpMs = durationMs(values, '--give-up', {}) ?? Math.max(60_000, leaseMs);
  if (giveUpMs < leaseMs) values.problem('--give-up is shorter than --lease: Redis may be away for a lease');
  const port = values.number('--port', { min: 0, max: 65_535, integer: true });
  return {
    redisUrl: readRedisUrl(values, environment),
    leaseMs,
    giveUpMs,
    ...(port !== undefined && { port }),
    log: values.switchValue('--json') === true ? 'json' : 'text',
    quiet: values.switchValue('--quiet') === true,
  };
}

function readRedisUrl(values: FlagValues, { TOKENSTORM_REDIS_URL }: Environment): string {
  const url = textOr(values, '--redis', TOKENSTORM_REDIS_URL);
  if (url === undefined) values.problem('--redis URL is missing; TOKENSTORM_REDIS_URL does the same');
  return url ?? '';
}

/** The flag's value, or else that of its environment variable; undefined where both are absent or empty. */
export function textOr(
  values: FlagValues,
  name: Flag['name'],
  variable: string | undefined,
): string | undefined {
  const text = values.isGiven(name) ? values.text(name) : variable;
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

/** A length of time in ms, both limits included; undefined where the flag is not given or cannot be read. */
export function durationMs(
  values: FlagValues,
  name: Flag['name'],
  { min = 0, max = Infinity }: { readonly min?: number; readonly max?: number },
): number | undefined {
  const text = values.text(name);
  if (text === undefined) return undefined;
  const timeMs = /^0+(ms|s|m|h|d)?$/.test(text.trim()) ? 0 : parseDuration(parseDurationFlag(text) ?? '');
  if (timeMs === undefined) return values.problem(`${name} ${text}: expected a length of time, such as 30s`);
  if (timeMs < min) return values.problem(`${name} ${text}: expected at least ${min / 1000}s`);
  if (timeMs > max) return values.problem(`${name} ${text}: expected at most ${max / 1000}s`);
  return timeMs;
}
