import { TokenstormError } from '@tokenstorm/core';
import type { RedisTransport } from '@tokenstorm/transport';

/** What it takes to look for a run. */
interface RunSight {
  readonly runs: Pick<RedisTransport['runs'], 'isKnown'>;
  readonly connectedSinceMs: number;
}

/** Whether Redis still knows a run, and if not, whether it has lost its data: then the connection was lost since the run was seen last. */
export class RunPresence {
  readonly #transport: RunSight;
  readonly #runId: string;
  /** Since when the connection stood when the run was there last. */
  #seenSinceMs: number;
  #hasDataLoss = false;

  constructor(transport: RunSight, runId: string) {
    this.#transport = transport;
    this.#runId = runId;
    this.#seenSinceMs = transport.connectedSinceMs;
  }

  /** Resolves to whether the run is there. */
  async look(): Promise<boolean> {
    const sinceMs = this.#transport.connectedSinceMs;
    const isThere = await this.#transport.runs.isKnown(this.#runId);
    if (isThere) this.#seenSinceMs = sinceMs;
    this.#hasDataLoss = !isThere && this.#transport.connectedSinceMs !== this.#seenSinceMs;
    return isThere;
  }

  /** The run was not there when it was looked for last, and nobody need have taken it away. */
  get hasDataLoss(): boolean {
    return this.#hasDataLoss;
  }
}

/** What ends a command whose run was lost with the data of Redis (exit code 97). */
export function dataLoss(runId: string): TokenstormError {
  return new TokenstormError(
    'E_FLEET',
    `Redis was away and came back without run ${runId}: it has lost its data, and the run is over. Its workers stop by themselves.`,
    {
      hint: `What was measured until then is in the snapshot log of its aggregator, there: tokenstorm report ${runId}. With appendonly yes a run survives a restart of Redis.`,
    },
  );
}
