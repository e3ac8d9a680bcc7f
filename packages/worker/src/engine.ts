import { TokenstormError, isOpenLoop } from '@tokenstorm/core';
import type {
  Arrival,
  Clock,
  Dataset,
  Environment,
  RunPlan,
  Target,
  Transport,
  Workload,
} from '@tokenstorm/core';
import { collectGarbage } from './collect-garbage.ts';
import { HealthMeter } from './health.ts';
import { threadAlarm } from './pacing/alarm.ts';
import type { Alarm } from './pacing/alarm.ts';
import { Pacer } from './pacing/pacer.ts';
import { concealing } from './request/conceal.ts';
import type { Conceal } from './request/conceal.ts';
import { ConcurrencyGate } from './request/concurrency-gate.ts';
import { resolveTarget, resolveValues, targetClient } from './request/target-client.ts';
import type { TargetClient } from './request/target-client.ts';
import { HttpClients } from './wire/choose-client.ts';
import { Deadlines } from './wire/deadlines.ts';

/** Requests under way of one workload against one target, over all shards in this process: what `max_in_flight` caps. */
export interface InFlight {
  count: number;
}

/** What all shards of a run share in this process: connections, timers, gates, data sets. */
export class Engine implements AsyncDisposable {
  readonly plan: RunPlan;
  readonly transport: Transport;
  readonly workerId: string;
  readonly clock: Clock;
  readonly gate: ConcurrencyGate;
  readonly deadlines: Deadlines;
  readonly health: HealthMeter;
  readonly datasets = new Map<string, Dataset>();
  /** A thread costs 20 MB: only schedules need one. */
  readonly #pacing: { readonly alarm: Alarm; readonly pacer: Pacer<Arrival> } | undefined;
  readonly #environment: Environment;
  readonly #conceal: Conceal;
  readonly #http: HttpClients;
  readonly #clients = new Map<string, TargetClient>();
  readonly #inFlight = new Map<string, InFlight>();
  #prepared: Promise<void> | undefined;

  constructor(plan: RunPlan, transport: Transport, workerId: string, environment: Environment) {
    this.plan = plan;
    this.transport = transport;
    this.workerId = workerId;
    this.clock = transport.clock;
    this.#environment = environment;
    this.#conceal = concealing(plan.scenario, environment);
    this.#pacing = plan.scenario.workloads.some(({ load }) => isOpenLoop(load))
      ? pacing(this.clock)
      : undefined;
    this.gate = new ConcurrencyGate(plan.scenario.execution.maxConcurrency);
    this.deadlines = new Deadlines(this.clock);
    this.#http = new HttpClients(this.clock, environment);
    this.health = new HealthMeter(this.clock, plan.snapshotIntervalMs, () => this.#http.stats());
  }

  /** Gets everything ready that must not happen under load. Several shards may ask: it is done once. */
  prepare(): Promise<void> {
    this.#prepared ??= this.#prepare();
    return this.#prepared;
  }

  async #prepare(): Promise<void> {
    await this.#pacing?.alarm.ready;
    for (const { prompts } of this.plan.scenario.workloads) {
      if (prompts.kind !== 'dataset' || this.datasets.has(prompts.dataset)) continue;
      this.datasets.set(prompts.dataset, await this.transport.datasets.get(prompts.dataset));
    }
    collectGarbage();
  }

  get pacer(): Pacer<Arrival> {
    if (this.#pacing === undefined)
      throw new TokenstormError('E_INTERNAL', 'a plan without schedules has no pacer');
    return this.#pacing.pacer;
  }

  /** The client of a target as a workload uses it; the same object each time. */
  client(targetKey: string, region: string, connectTimeoutMs: number): TargetClient {
    const key = `${targetKey}\n${region}\n${connectTimeoutMs}`;
    let client = this.#clients.get(key);
    if (client === undefined) {
      const resolved = resolveTarget(this.target(targetKey), region, this.#environment);
      client = targetClient(resolved, this.#http.choose(resolved), connectTimeoutMs, this.#conceal);
      this.#clients.set(key, client);
    }
    return client;
  }

  /** Headers with the secrets of this worker's environment in them. */
  headers(workload: Workload): Readonly<Record<string, string>> {
    return resolveValues(workload.headers, this.#environment);
  }

  target(key: string): Target {
    const target = this.plan.scenario.targets.find((candidate) => candidate.key === key);
    if (target === undefined) throw new TokenstormError('E_INTERNAL', `the plan has no target ${key}`);
    return target;
  }

  inFlight(workload: string, targetKey: string): InFlight {
    const key = `${workload}\n${targetKey}`;
    const known = this.#inFlight.get(key) ?? { count: 0 };
    this.#inFlight.set(key, known);
    return known;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pacing?.alarm.close();
    await this.#http.close();
  }
}

function pacing(clock: Clock) {
  const alarm = threadAlarm(clock);
  return { alarm, pacer: new Pacer<Arrival>(clock, alarm) };
}
