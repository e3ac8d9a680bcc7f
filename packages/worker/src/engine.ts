import { TokenstormError, budgetLimits, isOpenLoop, plainVocabulary } from '@tokenstorm/core';
import type {
  Arrival,
  ArrivalStream,
  Clock,
  Environment,
  RunPlan,
  ShardSlice,
  Target,
  TokenizerSource,
  Transport,
  Workload,
} from '@tokenstorm/core';
import type { Admission } from './admission/admission.ts';
import { Admissions } from './admission/admissions.ts';
import type { AdmissionsParts } from './admission/admissions.ts';
import { ConcurrencyGate } from './admission/concurrency-gate.ts';
import { CapShare } from './cap-share.ts';
import { collectGarbage } from './collect-garbage.ts';
import { loadDatasets } from './dataset/run-datasets.ts';
import { HealthMeter } from './health.ts';
import { threadAlarm } from './pacing/alarm.ts';
import type { Alarm } from './pacing/alarm.ts';
import { Pacer } from './pacing/pacer.ts';
import { checkPermissions } from './permissions/check-permissions.ts';
import { EgressPolicy } from './permissions/egress-policy.ts';
import type { Permissions } from './permissions/permissions.ts';
import { permittedFile } from './permissions/permitted-file.ts';
import { preflight } from './preflight/preflight.ts';
import { Retries } from './request/retries.ts';
import { resolveValues } from './request/target-client.ts';
import { TargetClients } from './request/target-clients.ts';
import { RunPrompts, runVocabulary } from './run-prompts.ts';
import { TokenCounter } from './tokenizer/token-counter.ts';
import type { TraceConsumer } from './trace/traced-client.ts';
import { Turns } from './turns.ts';
import { Deadlines } from './wire/deadlines.ts';
import { noRequests } from './worker-status.ts';

/** Requests under way of one workload against one target, over all shards in this process: what `max_in_flight` caps. */
export interface InFlight {
  readonly workload: string;
  count: number;
  /** This process's part of the cap; infinite for closed loops. */
  limit: number;
}

export interface EngineParts {
  readonly plan: RunPlan;
  readonly transport: Transport;
  readonly workerId: string;
  readonly environment: Environment;
  /** What the plan may make this process do; default: all but sending to metadata services. */
  readonly permissions?: Permissions;
  /** Is given what went over the wire for the first request. */
  readonly trace?: TraceConsumer;
  /** Whether nothing else is measured in this process; default: nothing is. */
  readonly isAlone?: () => boolean;
}

/** What all shards of a run share in this process: connections, timers, gates, data sets. */
export class Engine implements AsyncDisposable {
  readonly plan: RunPlan;
  readonly transport: Transport;
  readonly workerId: string;
  readonly clock: Clock;
  readonly gate: ConcurrencyGate;
  readonly admissions: Admissions;
  readonly deadlines: Deadlines;
  readonly retries: Retries;
  readonly health: HealthMeter;
  readonly clients: TargetClients;
  /** In which its shards' snapshots are made. */
  readonly turns = new Turns();
  /** What became of the requests of all shards here. */
  readonly counts = noRequests();
  /** A thread costs 20 MB: only schedules need one. */
  readonly #pacing: { readonly alarm: Alarm; readonly pacer: Pacer<Arrival> } | undefined;
  readonly #environment: Environment;
  readonly #permissions: Permissions;
  readonly #egress: EgressPolicy;
  /** By region. */
  readonly #permitted = new Map<string, Promise<void>>();
  readonly #inFlight = new Map<string, InFlight>();
  readonly #streams = new Map<string, ArrivalStream>();
  readonly #share: CapShare;
  readonly #isAlone: () => boolean;
  #prepared: Promise<void> | undefined;
  #preflight: Promise<void> | undefined;
  #counter: TokenCounter | undefined;
  #prompts: RunPrompts | undefined;

  constructor(parts: EngineParts) {
    const { plan, transport, workerId, environment, trace, permissions = {}, isAlone = () => true } = parts;
    this.#permissions = permissions;
    this.#egress = new EgressPolicy(permissions.hosts);
    this.plan = plan;
    this.transport = transport;
    this.workerId = workerId;
    this.clock = transport.clock;
    this.#environment = environment;
    this.#isAlone = isAlone;
    this.#pacing = plan.scenario.workloads.some(({ load }) => isOpenLoop(load))
      ? pacing(this.clock)
      : undefined;
    this.#share = new CapShare(plan);
    this.gate = new ConcurrencyGate(this.#share.ofConcurrency());
    this.admissions = new Admissions(plan.scenario, {
      gate: this.gate,
      limiter: transport.limiter(plan.runId),
      clock: this.clock,
      ...budgetParts(plan, transport),
    });
    this.deadlines = new Deadlines(this.clock);
    this.retries = new Retries(plan.scenario.execution.retry, plan.scenario.seed);
    this.clients = new TargetClients(plan.scenario, {
      environment,
      clock: this.clock,
      egress: this.#egress,
      ...(trace && { trace }),
    });
    this.health = new HealthMeter(this.clock, plan.snapshotIntervalMs, () => this.clients.stats());
  }

  /**
   * Gets everything ready that must not happen under load. Several shards may ask: it is done once. Rejects with `E_NOT_ALLOWED`
   * where the plan asks for what this process may not do in a region.
   */
  async prepare(region: string): Promise<void> {
    await this.#permit(region);
    this.#prepared ??= this.#prepare();
    await this.#prepared;
  }

  #permit(region: string): Promise<void> {
    const { scenario } = this.plan;
    const permitted =
      this.#permitted.get(region) ?? checkPermissions(scenario, region, this.#permissions, this.#environment);
    this.#permitted.set(region, permitted);
    return permitted;
  }

  async #prepare(): Promise<void> {
    await this.#pacing?.alarm.ready;
    const { plan, datasets, rowNumbers } = await loadDatasets(this.plan, this.transport, this.#permissions);
    const { tokenizer } = this.plan.scenario.execution;
    if (tokenizer !== undefined) this.#counter = await this.#openTokenizer(tokenizer);
    this.#prompts = new RunPrompts(plan, datasets, await runVocabulary(this.#counter), rowNumbers);
    // The pause would stand in another run's tail.
    if (this.#isAlone()) collectGarbage();
  }

  async #openTokenizer(source: TokenizerSource): Promise<TokenCounter> {
    if (source.kind !== 'file') return await TokenCounter.open(source);
    return await TokenCounter.open({ ...source, path: await permittedFile(source.path, this.#permissions) });
  }

  /**
   * Where the plan wants it, asks the servers of this worker's region whether they can serve the run, and tells the run of doubts.
   * Several shards may ask: it is done once. Rejects with `E_TARGET` where one of them cannot.
   */
  preflight(region: string): Promise<void> {
    if (this.plan.preflight !== true) return Promise.resolve();
    this.#preflight ??= this.#askServers(region);
    return this.#preflight;
  }

  async #askServers(region: string): Promise<void> {
    const { scenario, runId } = this.plan;
    const regions = scenario.regions.filter(({ name }) => name === region);
    const doubts = await preflight({ ...scenario, regions }, this.#environment, this.clock, this.#egress);
    const events = this.transport.events(runId);
    for (const message of doubts)
      await events.append({ type: 'worker-doubt', workerId: this.workerId, message });
  }

  /** Counts tokens offline; `undefined` where only the providers' counts are taken. */
  get counter(): TokenCounter | undefined {
    return this.#counter;
  }

  /** Complete after `prepare`: before it there are neither data sets nor a tokenizer. */
  get prompts(): RunPrompts {
    return (this.#prompts ??= new RunPrompts(this.plan, new Map(), plainVocabulary));
  }

  get pacer(): Pacer<Arrival> {
    if (this.#pacing === undefined)
      throw new TokenstormError('E_INTERNAL', 'a plan without schedules has no pacer');
    return this.#pacing.pacer;
  }

  /** The way to a target that each attempt of its requests passes. */
  admission(targetKey: string): Admission {
    return this.admissions.of(targetKey);
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
    const known = this.#inFlight.get(key) ?? { workload, count: 0, limit: this.#share.ofInFlight(workload) };
    this.#inFlight.set(key, known);
    return known;
  }

  /** The stream of arrivals of this name, made once: all shards take their slices of it. */
  stream(name: string, make: () => ArrivalStream): ArrivalStream {
    const stream = this.#streams.get(name) ?? make();
    this.#streams.set(name, stream);
    return stream;
  }

  /** Requests under way here, over all shards and their tails. */
  get inFlightCount(): number {
    return [...this.#inFlight.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** This process holds these shards of the plan: of each cap of the run it may use their part. Until it is said, all of it. */
  setShare(held: readonly ShardSlice[]): void {
    this.#share.hold(held);
    for (const inFlight of this.#inFlight.values())
      inFlight.limit = this.#share.ofInFlight(inFlight.workload);
    this.gate.setLimit(this.#share.ofConcurrency(), this.clock.nowMs());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.health.stop();
    this.admissions.close();
    await this.#pacing?.alarm.close();
    await this.clients.close();
    await this.#counter?.[Symbol.asyncDispose]();
  }
}

/** Several processes may find the budget used up: the first stop counts. */
function budgetParts(
  { runId, scenario: { budget } }: RunPlan,
  transport: Transport,
): Pick<AdmissionsParts, 'budget' | 'onExhausted'> {
  if (budget === undefined) return {};
  const mode = budget.onExhausted === 'drain' ? 'drain' : 'now';
  return {
    budget: transport.budget(runId, budgetLimits(budget)),
    onExhausted: () =>
      transport
        .events(runId)
        .append({ type: 'run-stop', mode, reason: 'budget', atEpochMs: transport.clock.epochMs() }),
  };
}

function pacing(clock: Clock) {
  const alarm = threadAlarm(clock);
  return { alarm, pacer: new Pacer<Arrival>(clock, alarm) };
}
