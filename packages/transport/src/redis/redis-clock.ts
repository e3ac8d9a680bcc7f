import type { Clock } from '@tokenstorm/core';
import type { Redis } from 'ioredis';

/** One reading of Redis' clock: add `offsetMs` to the local `nowMs` and be wrong by half the round trip at most, at `atMs`. */
interface Reading {
  readonly offsetMs: number;
  readonly halfTripMs: number;
  readonly atMs: number;
}

const readingsAtOnce = 7;
/** The first readings are taken while the process has much else to do: better ones may come soon. */
const againAfterMs = 10_000;
/** Readings that are kept: how far the last of them lies behind the first tells how much the way varies. */
const keptReadings = 3;
/** Two clocks of machines run apart by so much at most, as share of the time: 20 ppm, what a crystal that NTP corrects may do. */
const driftRatio = 20e-6;

/** Readings contradict each other where they differ by more than their bounds allow, and by this. */
const contradictionMs = 1;

/**
 * This process's monotonic clock with Redis' wall clock. The offset comes from the reading with the shortest round trip of
 * several, which are taken again every 10 s; in between the two clocks do not part.
 */
export class RedisClock implements Clock {
  readonly #redis: Pick<Redis, 'time'>;
  readonly #local: Clock;
  readonly #unreadOffsetMs: number;
  /** The best first. */
  #readings: readonly Reading[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(redis: Pick<Redis, 'time'>, local: Clock) {
    this.#redis = redis;
    this.#local = local;
    this.#unreadOffsetMs = local.epochMs() - local.nowMs();
  }

  nowMs(): number {
    return this.#local.nowMs();
  }

  /** Redis' wall clock, ms since the Unix epoch. */
  epochMs(): number {
    return this.#local.nowMs() + (this.#readings[0]?.offsetMs ?? this.#unreadOffsetMs);
  }

  /**
   * Where the way to Redis takes as long as the way back: half of what the third best reading took longer than the best, which is
   * how far from the shortest way the best one may be itself, and what the clocks may have drifted apart since. Never more than
   * the bound.
   */
  errorMs(): number {
    const [best, last] = [this.#readings[0], this.#readings[keptReadings - 1]];
    if (best === undefined || last === undefined) return this.errorBoundMs();
    const behindMs = this.#boundMs(last) - this.#boundMs(best);
    return Math.min(behindMs + this.#driftMs(best), this.#boundMs(best));
  }

  /** Whatever the ways are like: half the round trip of the reading in use, and the drift since; infinite before the first. */
  errorBoundMs(): number {
    const [best] = this.#readings;
    return best === undefined ? Infinity : this.#boundMs(best);
  }

  /** Takes the first readings, and others from then on. Rejects where Redis does not answer. */
  async start(): Promise<void> {
    await this.measure();
    this.#timer = setInterval(() => void this.measure().catch(() => {}), againAfterMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Takes several readings, and keeps the best of them and of those before, which have become worse meanwhile. */
  async measure(): Promise<void> {
    for (let count = 0; count < readingsAtOnce; count += 1) {
      const latest = await this.#read();
      const readings = this.#readings.filter((one) => !this.#contradict(one, latest));
      this.#readings = [latest, ...readings]
        .toSorted((one, other) => this.#boundMs(one) - this.#boundMs(other))
        .slice(0, keptReadings);
    }
  }

  /** Redis' clock was set, or is another one's now, or this machine slept meanwhile: what was read before is of no use. */
  #contradict(one: Reading, other: Reading): boolean {
    const apartMs = Math.abs(one.offsetMs - other.offsetMs);
    return apartMs > this.#boundMs(one) + this.#boundMs(other) + contradictionMs;
  }

  #boundMs(reading: Reading): number {
    return reading.halfTripMs + this.#driftMs(reading);
  }

  #driftMs({ atMs }: Reading): number {
    return (this.#local.nowMs() - atMs) * driftRatio;
  }

  async #read(): Promise<Reading> {
    const beforeMs = this.#local.nowMs();
    const [seconds, microseconds] = await this.#redis.time();
    const atMs = this.#local.nowMs();
    const halfTripMs = (atMs - beforeMs) / 2;
    const redisMs = Number(seconds) * 1000 + Number(microseconds) / 1000;
    return { offsetMs: redisMs - (beforeMs + halfTripMs), halfTripMs, atMs };
  }
}
