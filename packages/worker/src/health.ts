import type { Clock, GeneratorHealth } from '@tokenstorm/core';
import type { ClientStats } from './wire/wire-client.ts';

/** Watches what the load costs this process, whatever the number of shards that ask. */
export class HealthMeter {
  readonly #clock: Clock;
  readonly #clientStats: () => readonly ClientStats[];
  readonly #periodMs: number;
  #cpu = process.cpuUsage();
  #atMs: number;
  #cpuRatio = 0;

  /** `periodMs` is the length of the time over which the CPU share is taken. */
  constructor(clock: Clock, periodMs: number, clientStats: () => readonly ClientStats[]) {
    this.#clock = clock;
    this.#periodMs = periodMs;
    this.#clientStats = clientStats;
    this.#atMs = clock.nowMs();
  }

  sample(inFlight: number): GeneratorHealth {
    this.#measureCpu();
    return {
      cpuRatio: this.#cpuRatio,
      rssBytes: process.memoryUsage.rss(),
      inFlight,
      connectionsOpened: this.#clientStats().reduce((sum, stats) => sum + stats.connectionsOpened, 0),
    };
  }

  #measureCpu(): void {
    const elapsedMs = this.#clock.nowMs() - this.#atMs;
    if (elapsedMs < this.#periodMs / 2) return;
    const spent = process.cpuUsage(this.#cpu);
    this.#cpuRatio = (spent.user + spent.system) / 1e3 / elapsedMs;
    this.#cpu = process.cpuUsage();
    this.#atMs += elapsedMs;
  }
}
