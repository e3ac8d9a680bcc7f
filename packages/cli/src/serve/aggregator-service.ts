import { prepareInflux } from '@tokenstorm/aggregator';
import { exitCodes, TokenstormError } from '@tokenstorm/core';
import type { AggregationLease, Environment } from '@tokenstorm/core';
import type { RedisTransport } from '@tokenstorm/transport';
import type { AggregatorServiceOptions } from '../flags/aggregator-options.ts';
import { reasonOf } from '../run/export-file.ts';
import { AggregatedRun } from './aggregated-run.ts';
import type { AggregatorFigures } from './aggregator-metrics.ts';
import type { ServiceHealth } from './service-endpoint.ts';
import type { ServiceLog } from './service-log.ts';
import { ServiceRedis } from './service-redis.ts';
import { within } from './within.ts';

/** What giving back its runs may take. */
const closingMs = 5000;

export interface AggregatorServiceSettings {
  readonly options: AggregatorServiceOptions;
  readonly aggregatorId: string;
  readonly environment: Environment;
  readonly log: ServiceLog;
}

/** How an aggregator ended. */
export interface AggregatorEnd {
  /** Redis was gone for good. */
  readonly isGone: boolean;
  /** Snapshot logs of the runs that it held then. */
  readonly logs: readonly string[];
}

/** An aggregator that adds up whatever runs come over Redis, until it is asked to end or Redis is gone. */
export class AggregatorService {
  readonly #settings: AggregatorServiceSettings;
  readonly #runs = new Set<AggregatedRun>();
  readonly #asked = Promise.withResolvers<void>();
  readonly #redis: ServiceRedis;
  #state: 'starting' | 'ready' | 'ending' = 'starting';
  #pastSnapshots = 0;

  constructor(settings: AggregatorServiceSettings) {
    this.#settings = settings;
    this.#redis = new ServiceRedis(settings.options, settings.log, 'its runs wait');
  }

  /** Resolves when it has ended. Rejects with `E_REDIS` where Redis cannot be reached at the start. */
  async run(): Promise<AggregatorEnd> {
    const { aggregatorId: memberId } = this.#settings;
    const transport = await this.#redis.connect({ role: 'aggregator', memberId });
    try {
      return await this.#serve(transport);
    } finally {
      await this.#redis.close(transport);
    }
  }

  /** Asks it to give back its runs, and to end. Repeatable. */
  end(): void {
    this.#asked.resolve();
  }

  get health(): ServiceHealth {
    const reason = this.#reason();
    return {
      ...(reason !== undefined && { reason }),
      details: { aggregator: this.#settings.aggregatorId, redis: this.#redis.state, runs: this.#runs.size },
    };
  }

  get figures(): AggregatorFigures {
    const { user, system } = process.cpuUsage();
    const runs = [...this.#runs];
    return {
      runs: runs.map(({ runId, unwritten }) => ({ runId, unwritten })),
      snapshots: runs.reduce((sum, { snapshots }) => sum + snapshots, this.#pastSnapshots),
      redisConnected: this.#redis.state === 'up',
      cpuSeconds: (user + system) / 1e6,
      rssBytes: process.memoryUsage.rss(),
    };
  }

  async #serve(transport: RedisTransport): Promise<AggregatorEnd> {
    const { log } = this.#settings;
    await this.#prepareInflux();
    const work = await transport.aggregations.work((lease, signal) => this.#fold(lease, signal, transport));
    this.#state = 'ready';
    log.info('ready', 'ready for runs');
    await Promise.race([this.#asked.promise, this.#redis.gone]);
    this.#state = 'ending';
    const logs = [...this.#runs].flatMap(({ logPath }) => logPath ?? []);
    await this.#giveBack(work);
    return { isGone: this.#redis.state === 'gone', logs };
  }

  #reason(): string | undefined {
    if (this.#state === 'starting') return 'not ready yet';
    return this.#redis.problem ?? (this.#state === 'ending' ? 'ending' : undefined);
  }

  /** What a user must put right ends it; an InfluxDB that is away now may be there when there is something to write. */
  async #prepareInflux(): Promise<void> {
    const { options, log } = this.#settings;
    if (options.influx === undefined) return;
    try {
      await prepareInflux(options.influx);
    } catch (cause) {
      if (cause instanceof TokenstormError && cause.exitCode === exitCodes.usage) throw cause;
      log.warning('influx', `${reasonOf(cause)}. It is tried again when a run begins.`);
    }
  }

  /** A run that fails here is given up: it waits for another aggregator, and others are not concerned. */
  async #fold(lease: AggregationLease, signal: AbortSignal, transport: RedisTransport): Promise<void> {
    const run = new AggregatedRun({ ...this.#settings, lease, signal, transport });
    this.#runs.add(run);
    try {
      await run.run();
    } catch (cause) {
      if (signal.aborted) return;
      const { log } = this.#settings;
      log.error(
        'given-up',
        `run ${run.runId} is given up: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`,
      );
      throw cause;
    } finally {
      this.#pastSnapshots += run.snapshots;
      this.#runs.delete(run);
    }
  }

  /** Redis may be away, or go away, meanwhile: nothing waits for it for ever. */
  async #giveBack(work: AsyncDisposable): Promise<void> {
    const { log } = this.#settings;
    if (this.#redis.state !== 'gone') log.info('ending', 'ending: its runs are given back');
    const closed = Promise.resolve(work[Symbol.asyncDispose]()).catch(() => {});
    await within(closingMs, closed);
  }
}
