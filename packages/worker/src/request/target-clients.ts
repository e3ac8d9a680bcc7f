import { TokenstormError } from '@tokenstorm/core';
import type { Clock, Environment, Scenario, Target } from '@tokenstorm/core';
import { EgressPolicy } from '../permissions/egress-policy.ts';
import { sdkAttempt } from '../sdk/sdk-attempt.ts';
import type { SdkClient } from '../sdk/sdk-client.ts';
import { sdkOf } from '../sdk/sdk-of.ts';
import { OneTrace, TracedClient } from '../trace/traced-client.ts';
import type { TraceConsumer } from '../trace/traced-client.ts';
import { HttpClients } from '../wire/choose-client.ts';
import type { ClientStats, HttpClient } from '../wire/wire-client.ts';
import { concealing } from './conceal.ts';
import type { Conceal } from './conceal.ts';
import { resolveTarget, targetClient } from './target-client.ts';
import type { TargetClient } from './target-client.ts';

export interface TargetClientsParts {
  readonly environment: Environment;
  readonly clock: Clock;
  /** Where requests may go; default: anywhere but to metadata services. */
  readonly egress?: EgressPolicy;
  /** Is given what went over the wire for the first request. */
  readonly trace?: TraceConsumer;
}

/** The ways from this process to the targets of a run. */
export class TargetClients {
  readonly #scenario: Scenario;
  readonly #parts: TargetClientsParts;
  readonly #conceal: Conceal;
  readonly #egress: EgressPolicy;
  readonly #http: HttpClients;
  readonly #trace: OneTrace | undefined;
  readonly #clients = new Map<string, TargetClient>();
  readonly #sdks: Promise<SdkClient>[] = [];

  constructor(scenario: Scenario, parts: TargetClientsParts) {
    this.#scenario = scenario;
    this.#parts = parts;
    this.#conceal = concealing(scenario, parts.environment);
    this.#egress = parts.egress ?? new EgressPolicy();
    this.#http = new HttpClients(parts.clock, parts.environment, this.#egress);
    this.#trace = parts.trace && new OneTrace(parts.trace);
  }

  /** The client of a target as a workload uses it; the same object each time. */
  client(targetKey: string, region: string, connectTimeoutMs: number): TargetClient {
    const key = `${targetKey}\n${region}\n${connectTimeoutMs}`;
    const client = this.#clients.get(key) ?? this.#make(targetKey, region, connectTimeoutMs);
    this.#clients.set(key, client);
    return client;
  }

  /** Resolves when the SDKs of the clients so far are loaded: the first request is not to wait for it. */
  async loaded(): Promise<void> {
    await Promise.all(this.#sdks);
  }

  stats(): readonly ClientStats[] {
    return this.#http.stats();
  }

  close(): Promise<void> {
    this.#trace?.end();
    return this.#http.close();
  }

  #make(targetKey: string, region: string, connectTimeoutMs: number): TargetClient {
    const target = resolveTarget(this.#target(targetKey), region, this.#parts.environment);
    const http = this.#traced(this.#http.choose(target));
    const client = targetClient(target, http, connectTimeoutMs, this.#conceal);
    if (this.#scenario.execution.client === 'wire') return client;
    const sdk = sdkOf(target, client.provider, this.#egress);
    // Whoever waits for it to be loaded hears why it cannot be.
    sdk.catch(() => {});
    this.#sdks.push(sdk);
    return { ...client, attempt: sdkAttempt(sdk) };
  }

  #traced(http: HttpClient): HttpClient {
    const parts = { clock: this.#parts.clock, conceal: this.#conceal };
    return this.#trace === undefined ? http : new TracedClient(http, this.#trace, parts);
  }

  #target(key: string): Target {
    const target = this.#scenario.targets.find((candidate) => candidate.key === key);
    if (target === undefined) throw new TokenstormError('E_INTERNAL', `the plan has no target ${key}`);
    return target;
  }
}
