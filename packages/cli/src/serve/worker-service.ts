import type { Environment, RunPlan, Transport } from '@tokenstorm/core';
import type { RedisTransport } from '@tokenstorm/transport';
import { concealing, Worker } from '@tokenstorm/worker';
import type { WorkerServiceOptions } from '../flags/worker-options.ts';
import { LeaseMeter } from './lease-meter.ts';
import { keepLeftovers } from './leftovers.ts';
import { RecentCommits } from './recent-commits.ts';
import type { KeptSnapshots } from './recent-commits.ts';
import { seconds } from './seconds.ts';
import type { ServiceHealth } from './service-endpoint.ts';
import type { ServiceLog } from './service-log.ts';
import { ServiceRedis } from './service-redis.ts';
import { withShards } from './transport-with-shards.ts';
import { warmUp } from './warm-up.ts';
import { observers, watchShards } from './watched-shards.ts';
import { within } from './within.ts';
import { figuresOf } from './worker-figures.ts';
import type { WorkerFigures } from './worker-figures.ts';
import { WorkerJournal } from './worker-journal.ts';

/** What the end may take beside the requests under way: their last commits. */
const closingMs = 6000;
/** What may still be said once what waited for Redis has been told that nothing comes of it. */
const lastWordsMs = 2500;

export interface WorkerServiceSettings {
  readonly options: WorkerServiceOptions;
  readonly workerId: string;
  readonly environment: Environment;
  readonly log: ServiceLog;
}

/** How a worker ended. */
export interface WorkerEnd {
  /** Redis was gone for good. */
  readonly isGone: boolean;
  /** Files with what could not be committed; each of a run. */
  readonly leftovers: readonly string[];
}

/** A worker that serves whatever runs come over Redis, until it is asked to end or Redis is gone. */
export class WorkerService {
  readonly #settings: WorkerServiceSettings;
  readonly #meter = new LeaseMeter();
  readonly #recent = new RecentCommits();
  readonly #journal: WorkerJournal;
  readonly #redis: ServiceRedis;
  readonly #asked = Promise.withResolvers<void>();
  readonly #uncommitted: KeptSnapshots[] = [];
  /** Runs that it stays out of, since it began. */
  #unfitFor: readonly { readonly run: string; readonly reason: string }[] = [];
  /** Runs of which it held shards when Redis was gone. */
  #plansAtLoss: readonly RunPlan[] = [];
  #transport: RedisTransport | undefined;
  #worker: Worker | undefined;
  #state: 'starting' | 'ready' | 'ending' = 'starting';

  constructor(settings: WorkerServiceSettings) {
    const { options, log } = settings;
    this.#settings = settings;
    const consequence = `nothing is sent once the lease of ${seconds(options.leaseMs)} is over`;
    this.#redis = new ServiceRedis(options, log, consequence);
    this.#journal = new WorkerJournal(settings.log);
  }

  /** Resolves when it has ended. Rejects with `E_REDIS` where Redis cannot be reached at the start. */
  async run(): Promise<WorkerEnd> {
    const { workerId: memberId, options } = this.#settings;
    const transport = await this.#redis.connect({ role: 'worker', memberId, region: options.region });
    this.#transport = transport;
    const worker = this.#newWorker(transport);
    this.#worker = worker;
    try {
      await this.#serve(worker);
    } finally {
      this.#state = 'ending';
      await this.#windUp(worker, transport);
    }
    return this.#end();
  }

  /** Asks it to give back what it holds, to let requests under way finish, and to end. Repeatable. */
  end(): void {
    this.#asked.resolve();
  }

  /** Tells the runs that it works for of a fault that will end this process. */
  async fail(fault: string): Promise<void> {
    const { workerId, environment } = this.#settings;
    const told = this.#meter.plans.map(async (plan) => {
      const message = concealing(plan.scenario, environment)(fault);
      await this.#transport?.events(plan.runId).append({ type: 'worker-failed', workerId, message });
    });
    await Promise.allSettled(told);
  }

  get health(): ServiceHealth {
    const { workerId, options } = this.#settings;
    const reason = this.#reason();
    return {
      ...(reason !== undefined && { reason }),
      details: {
        worker: workerId,
        region: options.region,
        redis: this.#redis.state,
        shards: this.#worker?.status.shards ?? 0,
        ...(this.#unfitFor.length > 0 && { stays_out_of: this.#unfitFor }),
      },
    };
  }

  get figures(): WorkerFigures {
    return figuresOf(this.#worker?.status, {
      region: this.#settings.options.region,
      redisConnected: this.#redis.state === 'up',
      leasesLost: this.#meter.lost,
      snapshotsUncommitted: this.#meter.uncommitted,
      runsStayedOutOf: this.#unfitFor.length,
    });
  }

  async #serve(worker: Worker): Promise<void> {
    const { log } = this.#settings;
    for (const problem of await warmUp()) log.warning('rehearsal', problem);
    await worker.start();
    this.#state = 'ready';
    log.info('ready', 'ready for shards');
    await Promise.race([this.#asked.promise, this.#redis.gone]);
  }

  #reason(): string | undefined {
    if (this.#state === 'starting') return 'not ready yet';
    return this.#redis.problem ?? (this.#state === 'ending' ? 'ending' : undefined);
  }

  #newWorker(transport: Transport): Worker {
    const { options, workerId, environment } = this.#settings;
    const shards = watchShards(transport.shards, observers([this.#meter, this.#journal, this.#recent]));
    return new Worker({
      transport: withShards(transport, shards),
      workerId,
      environment,
      permissions: options.permissions,
      tailGraceMs: options.graceMs,
      onUnfit: (plan, reason) => this.#stayOut(plan, reason),
      onUncommitted: (plan, snapshots) => this.#uncommitted.push({ plan, snapshots }),
    });
  }

  #stayOut({ runId: run }: RunPlan, reason: string): void {
    this.#unfitFor = [...this.#unfitFor, { run, reason }];
    const how = 'it lacks what the run needs, and leaves it to the other workers of its region';
    this.#settings.log.error('stays-out', `run ${run}: this worker stays out of it: ${reason}: ${how}`, {
      run,
    });
  }

  /** Redis may be away, or go away, while it is wound up: no step waits for it for ever. */
  async #windUp(worker: Worker, transport: RedisTransport): Promise<void> {
    const { options, log } = this.#settings;
    const isGone = this.#redis.state === 'gone';
    if (!isGone) log.info('ending', `ending: requests under way may take ${seconds(options.graceMs)}`);
    if (isGone) this.#plansAtLoss = this.#meter.plans;
    const closed = worker[Symbol.asyncDispose]().catch((cause: unknown) => {
      if (!isGone) log.error('ending', cause instanceof Error ? cause.message : String(cause));
    });
    await within(options.graceMs + closingMs, closed);
    await this.#redis.close(transport);
    await within(lastWordsMs, closed);
    this.#journal.flush();
  }

  async #end(): Promise<WorkerEnd> {
    const { environment, workerId } = this.#settings;
    const isGone = this.#redis.state === 'gone';
    const kept = this.#recent.with(this.#uncommitted, this.#plansAtLoss);
    const leftovers: string[] = [];
    for (const { plan, snapshots } of kept)
      leftovers.push(await keepLeftovers({ plan, snapshots, workerId, environment }));
    return { isGone, leftovers };
  }
}
