import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@tokenstorm/core';
import { CommandProcess, reportOf } from './command.ts';
import type { CommandEnd } from './command.ts';
import type { Place } from './namespaces.ts';
import { startInflux, startRedis } from './services.ts';
import type { RedisOptions, Service } from './services.ts';
import { temporaryFolder } from './temporary-folder.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

/** What a fleet starts with. */
export interface FleetOptions {
  /** Workers by region. */
  readonly workers?: Readonly<Record<string, number>>;
  /** Default: 1. */
  readonly aggregators?: number;
  /** With an InfluxDB that its aggregators write to. */
  readonly influx?: boolean;
  readonly redis?: RedisOptions;
  /** Default: 10 s, as for users. Shorter ones make take-overs quicker. */
  readonly leaseSeconds?: number;
  /** Of its workers and aggregators, beside what they need to run. */
  readonly environment?: Readonly<Record<string, string>>;
  /** In network namespaces: its workers in those of their regions, all else in the hub's. */
  readonly network?: { readonly hub: Place; readonly regions: Readonly<Record<string, Place>> };
}

const patienceMs = 60_000;

/** Workers, aggregators and coordinators as processes of their own around one Redis. Disposing ends them all, and their data. */
export class Fleet implements AsyncDisposable {
  readonly redis: Service & { readonly url: string };
  readonly influx: (Service & { readonly url: string }) | undefined;
  readonly folder: TemporaryFolder;
  readonly workers: CommandProcess[] = [];
  readonly aggregators: CommandProcess[] = [];
  readonly #options: FleetOptions;
  readonly #processes: CommandProcess[] = [];

  private constructor(options: FleetOptions, parts: Pick<Fleet, 'redis' | 'influx' | 'folder'>) {
    this.#options = options;
    this.redis = parts.redis;
    this.influx = parts.influx;
    this.folder = parts.folder;
  }

  static async start(options: FleetOptions = {}): Promise<Fleet> {
    const redis = await startRedis({
      ...options.redis,
      ...(options.network !== undefined && { place: options.network.hub }),
    });
    const influx = options.influx === true ? await startInflux() : undefined;
    const fleet = new Fleet(options, { redis, influx, folder: await temporaryFolder() });
    for (let count = 0; count < (options.aggregators ?? 1); count += 1) fleet.aggregator();
    for (const [region, count] of Object.entries(options.workers ?? {}))
      for (let number = 0; number < count; number += 1) fleet.worker(region);
    await fleet.ready();
    return fleet;
  }

  /** Resolves when all of its workers and aggregators wait for work. */
  async ready(): Promise<void> {
    const services = [...this.workers, ...this.aggregators];
    await until('workers and aggregators to be ready', () => {
      const ended = services.find(({ stderr }) => /\berror:/.test(stderr));
      if (ended !== undefined) throw new Error(ended.stderr);
      return services.every(({ stderr }) => stderr.includes('ready for'));
    });
  }

  /** Where its processes keep what they keep. */
  get home(): string {
    return `${this.folder.path}/home`;
  }

  /** With the environment variable `WORKER_NAME`: `worker-1` for the first of the fleet, and so on. */
  worker(
    region: string,
    words: readonly string[] = [],
    environment: Readonly<Record<string, string>> = {},
  ): CommandProcess {
    const own = { WORKER_NAME: `worker-${this.workers.length + 1}`, ...environment };
    const place = this.#options.network?.regions[region];
    const worker = this.#serve(['worker', '--region', region, ...words], own, place);
    this.workers.push(worker);
    return worker;
  }

  aggregator(words: readonly string[] = []): CommandProcess {
    const influx = this.influx === undefined ? [] : ['--influx', this.influx.url];
    const aggregator = this.#serve(['aggregator', ...influx, ...words]);
    this.aggregators.push(aggregator);
    return aggregator;
  }

  /** `tokenstorm` with these words and `--redis`, under way. */
  command(
    words: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    place = this.#options.network?.hub,
  ): CommandProcess {
    const process = new CommandProcess([...words, '--redis', this.redis.url], {
      inside: place?.inside ?? [],
      environment: { TOKENSTORM_HOME: this.home, ...environment },
    });
    this.#processes.push(process);
    return process;
  }

  /** A run of this scenario from a coordinator of its own, under way; an invalid measurement does not change its exit code. */
  async run(scenario: object, words: readonly string[] = []): Promise<FleetRun> {
    const path = await this.folder.write(`scenario-${this.#processes.length}.json`, scenario);
    // Its servers count requests.
    const flags = ['--json', '--quiet', '--allow-invalid', '--no-preflight', ...words];
    return new FleetRun(this.command(['run', path, ...flags]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#processes) process.signal('SIGKILL');
    await Promise.all(this.#processes.map(({ ended }) => ended));
    await this.redis[Symbol.asyncDispose]();
    await this.influx?.[Symbol.asyncDispose]();
    await this.folder[Symbol.asyncDispose]();
  }

  #serve(
    words: readonly string[],
    own: Readonly<Record<string, string>> = {},
    place?: Place,
  ): CommandProcess {
    const { leaseSeconds, environment = {} } = this.#options;
    const lease = leaseSeconds === undefined ? [] : ['--lease', `${leaseSeconds}s`];
    // Its scenarios are those of one test.
    const trusting = { TOKENSTORM_ALLOW_ENV: '*', TOKENSTORM_DATA_DIR: this.folder.path };
    return this.command([...words, ...lease], { ...trusting, ...environment, ...own }, place);
  }
}

/** A coordinator under way. */
export class FleetRun {
  readonly process: CommandProcess;

  constructor(process: CommandProcess) {
    this.process = process;
  }

  /** Its end, with the report that it printed. Throws where there is none. */
  async end(): Promise<CommandEnd & { readonly report: Report }> {
    const end = await this.process.ended;
    return { ...end, report: reportOf(end) };
  }
}

/** Resolves when the condition holds; throws, with what was waited for, where it does not come. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error(`Waited in vain for ${what}.`);
    await sleep(50);
  }
}
