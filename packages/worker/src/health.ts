import type { Clock, GeneratorHealth, Travel } from '@tokenstorm/core';
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
      travel: travelOf(this.#clientStats()),
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
