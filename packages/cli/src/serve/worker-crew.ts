import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '@tokenstorm/core';
import { TokenstormError } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import type { WorkerServiceOptions } from '../flags/worker-options.ts';
import { seconds } from './seconds.ts';
import type { ServiceHealth } from './service-endpoint.ts';
import type { ServiceLog } from './service-log.ts';
import { WorkerChild } from './worker-child.ts';
import type { WorkerChildExit, WorkerChildFailure } from './worker-child.ts';
import { addFigures, countsOf, figuresOf } from './worker-figures.ts';
import type { WorkerFigures } from './worker-figures.ts';
import type { WorkerEnd } from './worker-service.ts';

const firstPauseMs = 1000;
const longestPauseMs = 30_000;
/** A process that lived for so long is started again after the first pause. */
const soundMs = 60_000;
/** What a child may take to end beside its grace period. */
const endingMs = 20_000;

export interface WorkerCrewSettings {
  readonly options: WorkerServiceOptions;
  readonly environment: Environment;
  readonly log: ServiceLog;
}

/** Several workers of one region on this machine, each a process of its own with its own share of the shards. One that dies is started again. */
export class WorkerCrew {
  readonly #settings: WorkerCrewSettings;
  readonly #children = new Set<WorkerChild>();
  readonly #ending = new AbortController();
  /** Counts of those that have ended. */
  #ended: readonly WorkerFigures[] = [];
  #restarted = 0;
  #failure: WorkerChildFailure | undefined;
  #killing: NodeJS.Timeout | undefined;

  constructor(settings: WorkerCrewSettings) {
    this.#settings = settings;
  }

  /** Resolves when all of them have ended. Rejects with what kept the first ones from beginning. */
  async run(): Promise<WorkerEnd> {
    const { processes } = this.#settings.options;
    const ends = await Promise.all(Array.from({ length: processes }, () => this.#keepOne()));
    clearTimeout(this.#killing);
    if (this.#failure !== undefined) throw errorOf(this.#failure);
    return {
      isGone: ends.some(({ isGone }) => isGone),
      leftovers: ends.flatMap(({ leftovers }) => leftovers),
    };
  }

  /** Asks all of them to end in order. Repeatable. */
  end(): void {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort();
    for (const child of this.#children) child.end();
    this.#killing = setTimeout(() => this.kill(), this.#settings.options.graceMs + endingMs);
  }

  /** Ends all of them at once. */
  kill(): void {
    for (const child of this.#children) child.kill();
  }

  /** Well as long as one of them is. */
  get health(): ServiceHealth {
    const all = [...this.#children];
    const reasons = all.map(({ health }) => health.reason);
    const isWell = reasons.includes(undefined) && !this.#ending.signal.aborted;
    const [reason = 'no process is ready'] = reasons.filter((one) => one !== undefined);
    const { region, processes: wanted } = this.#settings.options;
    const processes = all.map(({ pid, health }) => ({
      pid,
      ...(health.reason !== undefined && { reason: health.reason }),
      ...health.details,
    }));
    return {
      ...(!isWell && { reason: this.#ending.signal.aborted ? 'ending' : reason }),
      details: { region, wanted, processes },
    };
  }

  get figures(): WorkerFigures {
    const running = [...this.#children].flatMap(({ figures }) => figures ?? []);
    return addFigures([...this.#ended, ...running, ownFigures()]);
  }

  get counts(): { readonly running: number; readonly restarted: number } {
    return { running: this.#children.size, restarted: this.#restarted };
  }

  /** One process, and those that follow it. */
  async #keepOne(): Promise<WorkerEnd> {
    let pauseMs = firstPauseMs;
    for (let isFirst = true; ; isFirst = false) {
      const sinceMs = systemClock.nowMs();
      const exit = await this.#runOne();
      if (exit.kind === 'ended') {
        // Redis is no less gone for the others.
        if (exit.end.isGone) this.end();
        return exit.end;
      }
      if (exit.kind === 'failed' && isFirst) this.#giveUp(exit.failure);
      if (this.#ending.signal.aborted) return nothingLeft;
      if (systemClock.nowMs() - sinceMs > soundMs) pauseMs = firstPauseMs;
      await this.#pause(exit, pauseMs);
      if (this.#ending.signal.aborted) return nothingLeft;
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    }
  }

  async #runOne(): Promise<WorkerChildExit> {
    const { options, environment } = this.#settings;
    const child = new WorkerChild(options, environment);
    this.#children.add(child);
    const exit = await child.exited;
    this.#children.delete(child);
    if (child.figures !== undefined) this.#ended = [addFigures([...this.#ended, countsOf(child.figures)])];
    if (exit.kind === 'died') this.#settings.log.error('died', `process ${child.pid} ${exit.how}`);
    return exit;
  }

  async #pause(exit: WorkerChildExit, pauseMs: number): Promise<void> {
    const { log } = this.#settings;
    if (exit.kind === 'failed') log.error('died', `a process could not begin: ${exit.failure.message}`);
    log.warning('restart', `another process is started in ${seconds(pauseMs)}`);
    await sleep(pauseMs, undefined, { signal: this.#ending.signal }).catch(() => {});
    if (!this.#ending.signal.aborted) this.#restarted += 1;
  }

  /** What keeps the first from beginning keeps all: a wrong address, a missing right. */
  #giveUp(failure: WorkerChildFailure): void {
    this.#failure ??= failure;
    this.end();
  }
}

const nothingLeft: WorkerEnd = { isGone: false, leftovers: [] };

/** Of this process, which sends nothing. */
function ownFigures(): WorkerFigures {
  return figuresOf(undefined, {
    region: '',
    redisConnected: false,
    leasesLost: 0,
    snapshotsUncommitted: 0,
    runsStayedOutOf: 0,
  });
}

function errorOf({ code, message, exitCode, hint }: WorkerChildFailure): TokenstormError {
  return new TokenstormError(code, message, { exitCode, ...(hint !== undefined && { hint }) });
}
