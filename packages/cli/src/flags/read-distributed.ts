import type { Environment } from '@tokenstorm/core';
import { distributedFlags } from './distributed-flags.ts';
import type { Flag } from './flag.ts';
import type { FlagValues } from './flag-values.ts';
import type { RunFlagsOverRedis } from './run-options.ts';
import { durationMs } from './service-options.ts';

const defaultReadyTimeoutMs = 60_000;
const defaultGiveUpMs = 60_000;
const mostWorkers = 10_000;

/** Flags of a run on this machine that make no sense where others send, and what to do instead. */
const localOnly: readonly (readonly [Flag['name'], string])[] = [
  ['--with-sim', 'start tokenstorm sim where the workers reach it, and give its --url'],
  ['--processes', 'tokenstorm worker --processes starts several at once'],
  ['--debug', 'the workers send; tokenstorm probe shows what goes over the wire'],
  ['--snapshot-log', 'the aggregator keeps the snapshots'],
  ['--allow-host', 'it is a flag of tokenstorm worker'],
];

/** How the run goes over Redis; undefined where it does not. Notes every problem. */
export function readDistributed(values: FlagValues, environment: Environment): RunFlagsOverRedis | undefined {
  if (!values.isGiven('--redis')) {
    for (const { name } of distributedFlags)
      if (values.isGiven(name)) values.problem(`${name} needs --redis`);
    return undefined;
  }
  for (const [name, instead] of localOnly)
    if (isAsked(values, name)) values.problem(`${name} and --redis: choose one (${instead})`);
  return {
    redisUrl: readRedisUrl(values, environment) ?? '',
    minWorkers: values.number('--min-workers', { min: 1, max: mostWorkers, integer: true }) ?? 1,
    readyTimeoutMs: durationMs(values, '--ready-timeout', {}) ?? defaultReadyTimeoutMs,
    detach: values.switchValue('--detach') === true,
    giveUpMs: readGiveUp(values),
  };
}

/** How long Redis may be away, ms. */
export function readGiveUp(values: FlagValues): number {
  return durationMs(values, '--give-up', { min: 1000 }) ?? defaultGiveUpMs;
}

/** The address of Redis that a command needs: the flag's, or that of the environment. Notes where there is none. */
export function readRedisUrl(values: FlagValues, environment: Environment): string | undefined {
  const url = givenRedisUrl(values, environment);
  return url ?? values.problem('--redis URL is missing; TOKENSTORM_REDIS_URL does the same');
}

/** The same for a command that can do without. */
export function givenRedisUrl(
  values: FlagValues,
  { TOKENSTORM_REDIS_URL = '' }: Environment,
): string | undefined {
  const flag = values.text('--redis')?.trim() ?? '';
  const url = flag === '' ? TOKENSTORM_REDIS_URL.trim() : flag;
  return url === '' ? undefined : url;
}

function isAsked(values: FlagValues, name: Flag['name']): boolean {
  return values.isGiven(name) && values.switchValue(name) !== false;
}
