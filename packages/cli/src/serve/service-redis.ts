import { redisTransport, systemClock } from '@tokenstorm/transport';
import type { RedisTransport, RedisTransportOptions } from '@tokenstorm/transport';
import type { ServiceOptions } from '../flags/service-options.ts';
import { redisName } from './redis-name.ts';
import { seconds } from './seconds.ts';
import type { ServiceLog } from './service-log.ts';
import { within } from './within.ts';

/** What closing connections that do not answer may take. */
const closingMs = 2500;

/** Who connects. */
export type ServiceMember = Pick<RedisTransportOptions, 'role' | 'memberId' | 'region'>;

/** The way of a service to its Redis, and how that is: each change is a line in the log. */
export class ServiceRedis {
  /** Resolves once Redis is gone for good. */
  readonly gone: Promise<void>;
  readonly #options: ServiceOptions;
  readonly #log: ServiceLog;
  /** What follows for this service where Redis is away. */
  readonly #consequence: string;
  readonly #gone = Promise.withResolvers<void>();
  #state: 'up' | 'lost' | 'gone' = 'lost';
  #sinceMs = systemClock.nowMs();

  constructor(options: ServiceOptions, log: ServiceLog, consequence: string) {
    this.#options = options;
    this.#log = log;
    this.#consequence = consequence;
    this.gone = this.#gone.promise;
  }

  get state(): 'up' | 'lost' | 'gone' {
    return this.#state;
  }

  /** What `/healthz` says where Redis is away; undefined where it is not. */
  get problem(): string | undefined {
    return this.#state === 'up' ? undefined : `Redis has been away for ${seconds(this.#awayMs)}`;
  }

  /** Rejects with `E_REDIS` where Redis cannot be reached. */
  async connect(member: ServiceMember): Promise<RedisTransport> {
    const { redisUrl: url, leaseMs, giveUpMs } = this.#options;
    const onConnection = (state: 'lost' | 'back' | 'gone') => this.#hear(state);
    const transport = await redisTransport({ url, leaseMs, giveUpMs, onConnection, ...member });
    this.#state = 'up';
    const region = member.region === undefined ? '' : `, region ${member.region}`;
    this.#log.info('connected', `connected to ${redisName(url)}${region}`);
    for (const warning of transport.warnings) this.#log.warning('redis', warning);
    return transport;
  }

  /** Ends the connections, whether Redis answers or not. */
  async close(transport: RedisTransport): Promise<void> {
    await within(closingMs, transport[Symbol.asyncDispose]());
  }

  get #awayMs(): number {
    return systemClock.nowMs() - this.#sinceMs;
  }

  #hear(state: 'lost' | 'back' | 'gone'): void {
    this.#state = state === 'back' ? 'up' : state;
    if (state === 'lost') {
      this.#sinceMs = systemClock.nowMs();
      this.#log.warning('lost', `lost Redis: ${this.#consequence}`);
    } else if (state === 'back') {
      this.#log.info('back', `Redis is back after ${seconds(this.#awayMs)}`);
    } else {
      this.#gone.resolve();
    }
  }
}
