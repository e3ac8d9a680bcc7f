import { performance } from 'node:perf_hooks';
import type { Clock, GeneratorHealth, Travel } from '@tokenstorm/core';
import { EventLoopMeter } from './event-loop-meter.ts';
import { runQueueDelayMs } from './run-queue.ts';
import { contentStamps } from './stream/content-stamps.ts';
import type { ClientStats } from './wire/wire-client.ts';

/** Figures that are taken over one period, or at its end: what dozens of shards ask for is read from the system once. */
interface Shares {
  readonly cpuRatio: number;
  readonly rssBytes: number;
  readonly runQueueDelayRatio: number | undefined;
}

/** What the process had used up when a period began. */
interface Used {
  readonly atMs: number;
  readonly cpu: NodeJS.CpuUsage;
  readonly queuedMs: number | undefined;
}

/**
 * Watches what the load costs this process, whatever the number of shards that ask. It measures from `start` to `stop`,
 * both of which may be called more than once.
 */
export class HealthMeter {
  readonly #clock: Clock;
  readonly #clientStats: () => readonly ClientStats[];
  readonly #periodMs: number;
  readonly #eventLoop: EventLoopMeter;
  #used: Used;
  #shares: Shares | undefined;
  #started = false;

  /** `periodMs` is the length of the time over which the shares are taken. */
  constructor(clock: Clock, periodMs: number, clientStats: () => readonly ClientStats[]) {
    this.#clock = clock;
    this.#periodMs = periodMs;
    this.#clientStats = clientStats;
    this.#used = this.#use();
    this.#eventLoop = new EventLoopMeter({
      clock,
      idleMs: () => performance.nodeTiming.idleTime,
      stamps: contentStamps.watch(),
    });
  }

  /** The measured time begins; the first of several calls counts. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#used = this.#use();
    this.#eventLoop.start();
  }

  stop(): void {
    this.#eventLoop.stop();
  }

  /** The condition since the sample before. The event loop's figures go to whoever asks first. */
  sample(inFlight: number): GeneratorHealth {
    const { cpuRatio, rssBytes, runQueueDelayRatio } = this.#measureShares();
    return {
      cpuRatio,
      rssBytes,
      inFlight,
      ...this.#eventLoop.take(),
      ...(runQueueDelayRatio !== undefined && { runQueueDelayRatio }),
      ...clockErrorsOf(this.#clock),
      travel: travelOf(this.#clientStats()),
    };
  }

  /** Shards ask one after the other: all get the shares of the period that the first one closed. */
  #measureShares(): Shares {
    const elapsedMs = this.#clock.nowMs() - this.#used.atMs;
    if (this.#shares !== undefined && elapsedMs < this.#periodMs / 2) return this.#shares;
    const before = this.#used;
    this.#used = this.#use();
    this.#shares = sharesOf(before, this.#used);
    return this.#shares;
  }

  #use(): Used {
    return { atMs: this.#clock.nowMs(), cpu: process.cpuUsage(), queuedMs: runQueueDelayMs() };
  }
}

function sharesOf(from: Used, to: Used): Shares {
  const elapsedMs = to.atMs - from.atMs;
  const rssBytes = process.memoryUsage.rss();
  if (elapsedMs <= 0) return { cpuRatio: 0, rssBytes, runQueueDelayRatio: undefined };
  const spentMs = (to.cpu.user - from.cpu.user + to.cpu.system - from.cpu.system) / 1e3;
  const isKnown = from.queuedMs !== undefined && to.queuedMs !== undefined;
  return {
    cpuRatio: spentMs / elapsedMs,
    rssBytes,
    runQueueDelayRatio: isKnown ? Math.min(1, (to.queuedMs - from.queuedMs) / elapsedMs) : undefined,
  };
}

function clockErrorsOf(clock: Clock): Pick<GeneratorHealth, 'clockErrorMs' | 'clockErrorBoundMs'> {
  const [clockErrorMs, clockErrorBoundMs] = [clock.errorMs?.(), clock.errorBoundMs?.()];
  return {
    ...(isNumber(clockErrorMs) && { clockErrorMs }),
    ...(isNumber(clockErrorBoundMs) && { clockErrorBoundMs }),
  };
}

/** Infinite before the first reading. */
function isNumber(errorMs: number | undefined): errorMs is number {
  return errorMs !== undefined && Number.isFinite(errorMs);
}

function travelOf(clients: readonly ClientStats[]): Travel {
  const sum = (count: (stats: ClientStats) => number) =>
    clients.reduce((total, stats) => total + count(stats), 0);
  return {
    paths: clients.map((stats) => stats.path),
    connectionsOpened: sum((stats) => stats.connectionsOpened),
    redirects: sum((stats) => stats.redirects),
    decodedResponses: sum((stats) => stats.decodedResponses),
  };
}
