import type { Clock } from '@tokenstorm/core';
import type { Redis } from 'ioredis';

/** One reading of Redis' clock: add `offsetMs` to the local `nowMs` and be wrong by `errorMs` at most, at `atMs`. */
interface Reading {
  readonly offsetMs: number;
  readonly errorMs: number;
  readonly atMs: number;
}

const readingsAtOnce = 7;
const againAfterMs = 30_000;
/** Two clocks of machines run apart by so much at most, as share of the time: 20 ppm, what a crystal that NTP corrects may do. */
const driftRatio = 20e-6;

/**
 * This process's monotonic clock with Redis' wall clock. The offset comes from the reading with the shortest round trip of
 * several, which are taken again every 30 s; in between the two clocks do not part.
 */
export class RedisClock implements Clock {
  readonly #redis: Pick<Redis, 'time'>;
  readonly #local: Clock;
  #reading: Reading;
  #timer: NodeJS.Timeout | undefined;

  constructor(redis: Pick<Redis, 'time'>, local: Clock) {
    this.#redis = redis;
    this.#local = local;
    const atMs = local.nowMs();
    this.#reading = { offsetMs: local.epochMs() - atMs, errorMs: Infinity, atMs };
  }

  nowMs(): number {
    return this.#local.nowMs();
  }

  /** Redis' wall clock, ms since the Unix epoch. */
  epochMs(): number {
    return this.#local.nowMs() + this.#reading.offsetMs;
  }

  /** Half the round trip of the reading in use, and what the clocks may have drifted apart since; infinite before the first. */
  errorMs(): number {
    return this.#reading.errorMs + (this.#local.nowMs() - this.#reading.atMs) * driftRatio;
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

  /** Takes several readings, and uses the best where it is better than the one in use has become. */
  async measure(): Promise<void> {
    for (let count = 0; count < readingsAtOnce; count += 1) {
      const reading = await this.#read();
      if (reading.errorMs <= this.errorMs()) this.#reading = reading;
    }
  }

  async #read(): Promise<Reading> {
    const beforeMs = this.#local.nowMs();
    const [seconds, microseconds] = await this.#redis.time();
    const atMs = this.#local.nowMs();
    const errorMs = (atMs - beforeMs) / 2;
    const redisMs = Number(seconds) * 1000 + Number(microseconds) / 1000;
    return { offsetMs: redisMs - (beforeMs + errorMs), errorMs, atMs };
  }
}
