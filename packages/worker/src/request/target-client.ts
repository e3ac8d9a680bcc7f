import { resolveReferences } from '@tokenstorm/core';
import type { Environment, Target } from '@tokenstorm/core';
import { providerOf } from '@tokenstorm/providers';
import type { Provider, ResolvedTarget } from '@tokenstorm/providers';
import type { HttpClient, SendOptions } from '../wire/wire-client.ts';
import { wireAttempt } from './attempt.ts';
import type { AttemptFactory } from './attempt-run.ts';
import type { Conceal } from './conceal.ts';

/** All it takes to send a workload's requests to one target from here. */
export interface TargetClient {
  readonly target: ResolvedTarget;
  readonly provider: Provider;
  readonly http: HttpClient;
  readonly sendOptions: SendOptions;
  /** Makes each try at a request: with our own client, unless the run asks for the vendor's SDK. */
  readonly attempt: AttemptFactory;
  /** For every message that may hold what a server said. */
  readonly conceal: Conceal;
}

/** The target as seen from a region: `${NAME}` replaced from the environment. Throws `E_USAGE` for a missing one. */
export function resolveTarget(target: Target, region: string, environment: Environment): ResolvedTarget {
  const { baseUrl, apiKey, ...rest } = target;
  const url = typeof baseUrl === 'string' ? baseUrl : (baseUrl[region] ?? '');
  return {
    ...rest,
    baseUrl: resolveReferences(url, environment),
    apiKey: apiKey === undefined ? undefined : resolveReferences(apiKey, environment),
    headers: resolveValues(target.headers, environment),
    query: resolveValues(target.query, environment),
  };
}

/** Every `${NAME}` in the values replaced from the environment. Throws `E_USAGE` for a missing one. */
export function resolveValues(
  values: Readonly<Record<string, string>>,
  environment: Environment,
): Record<string, string> {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    resolveReferences(value, environment),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** The way from here to a resolved target, with our own client. */
export function targetClient(
  target: ResolvedTarget,
  http: HttpClient,
  connectTimeoutMs: number,
  conceal: Conceal,
): TargetClient {
  const provider = providerOf(target);
  const sendOptions = { connectTimeoutMs, tls: target.tls };
  return { target, provider, http, sendOptions, attempt: wireAttempt, conceal };
}
