import type { RedisConnection } from './connection.ts';
import type { RegionView } from './fair-share.ts';
import { workersKey } from './keys.ts';
import { runBeat } from './presence-script.ts';

/** A worker's place in the set of those that live in its region. Without a beat it falls out after half a lease. */
export class Presence {
  readonly #connection: RedisConnection;
  readonly #region: string;
  readonly #memberId: string;

  constructor(connection: RedisConnection, region: string, memberId: string) {
    this.#connection = connection;
    this.#region = region;
    this.#memberId = memberId;
  }

  /** Tells what there is to see, without a sign of life. */
  look(): Promise<RegionView> {
    return runBeat(this.#connection.commands, this.#region, this.#memberId, 0);
  }

  /** Gives a sign of life, says which runs it stays out of, and tells what it sees. */
  beat(staysOutOf: readonly string[] = []): Promise<RegionView> {
    const { commands, leaseMs } = this.#connection;
    return runBeat(commands, this.#region, this.#memberId, Math.ceil(leaseMs / 2), staysOutOf);
  }

  /** The others share what this one held from their next beat on. */
  async leave(): Promise<void> {
    await this.#connection.commands.zrem(workersKey(this.#region), this.#memberId);
  }
}
