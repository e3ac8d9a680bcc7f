import { TokenstormError } from '@tokenstorm/core';
import type { Report } from '@tokenstorm/core';
import type { RunRecord } from '@tokenstorm/transport';
import { isLiveDetail } from '../view/live-status-detail.ts';
import type { LiveStatus } from '../view/live-status.ts';
import { missingOf, pause } from './ready-fleet.ts';
import type { RedisLink } from './redis-link.ts';
import { RunPresence, dataLoss } from './run-presence.ts';

const lookEveryMs = 500;
/** A worker or an aggregator that comes back within so long is not missed. */
const missedAfterLooks = 6;

export interface FollowOptions {
  readonly link: RedisLink;
  readonly record: RunRecord;
  readonly redisWords: string;
  readonly signal: AbortSignal;
  readonly onStatus: (status: LiveStatus) => void;
  /** Told of what the run lacks while it goes on, and when it has all again. */
  readonly onNotice: (notice: string) => void;
}

/** Shows a run as it goes and resolves with its report; to nothing where the signal aborts before. Rejects where the run is removed. */
export async function followRun(options: FollowOptions): Promise<Report | undefined> {
  const { link, record, signal } = options;
  const { runs } = link.transport;
  const { runId } = record.plan;
  const watch = new FleetWatch(options);
  const presence = new RunPresence(link.transport, runId);
  while (!signal.aborted) {
    const report = await link.ask(runs.report(runId));
    if (report !== undefined) return report;
    if (!(await link.ask(presence.look()))) throw presence.hasDataLoss ? dataLoss(runId) : removed(runId);
    const workers = await watch.look();
    const status = await link.ask(runs.status(runId));
    if (isLiveStatus(status)) options.onStatus({ ...known(status), workers });
    await pause(lookEveryMs, signal);
  }
  return undefined;
}

/** Looks whether the fleet still has what the run needs. */
class FleetWatch {
  readonly #options: FollowOptions;
  readonly #regions: readonly string[];
  #looksWithout = 0;
  #told: string | undefined;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#regions = options.record.plan.scenario.regions.map(({ name }) => name);
  }

  /** Resolves with the workers in each of the run's regions. */
  async look(): Promise<Readonly<Record<string, number>>> {
    const { link, redisWords } = this.#options;
    const { fleet } = link.transport;
    const [workers, aggregators] = await link.ask(Promise.all([fleet.workers(), fleet.aggregators()]));
    this.#tell(missingOf({ regions: this.#regions, minWorkers: 1, redisWords }, workers, aggregators));
    return Object.fromEntries(this.#regions.map((region) => [region, workers[region] ?? 0]));
  }

  #tell(missing: readonly string[]): void {
    const { onNotice } = this.#options;
    this.#looksWithout = missing.length === 0 ? 0 : this.#looksWithout + 1;
    if (missing.length === 0 && this.#told !== undefined) {
      this.#told = undefined;
      onNotice('All regions have workers again, and there is an aggregator.');
    }
    if (this.#looksWithout < missedAfterLooks || this.#told === missing.join()) return;
    this.#told = missing.join();
    for (const text of missing) onNotice(`The run waits: ${text}`);
  }
}

/** What is published comes from another process, which may be of another version. */
function isLiveStatus(value: unknown): value is LiveStatus {
  if (typeof value !== 'object' || value === null) return false;
  const status = value as Partial<Record<keyof LiveStatus, unknown>>;
  const numbers = [status.elapsedMs, status.scheduled, status.completed, status.startsPerSecond];
  return typeof status.stage === 'string' && numbers.every((one) => typeof one === 'number');
}

function known({ detail, ...status }: LiveStatus): LiveStatus {
  return isLiveDetail(detail) ? { ...status, detail } : status;
}

function removed(runId: string): TokenstormError {
  return new TokenstormError('E_FLEET', `run ${runId} is not in Redis any more, and has no report`, {
    hint: 'Either it was taken back before its start, or Redis has lost its data (a restart without AOF).',
  });
}
