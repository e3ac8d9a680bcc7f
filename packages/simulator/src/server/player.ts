import type { Answer } from '../answer/answer.ts';
import type { PlannedWrite } from '../answer/write-plan.ts';
import type { DueTask } from '../pacing/due-heap.ts';
import { monotonicMs } from '../pacing/monotonic-clock.ts';
import type { Pacer } from '../pacing/pacer.ts';
import type { TruthLog } from '../truth/truth-log.ts';
import type { TruthOutcome, TruthRecord } from '../truth/truth-record.ts';
import { digitsOf, renderFrames } from '../wire/frame.ts';
import type { Frame } from '../wire/frame.ts';
import type { Connection } from './connection.ts';

/** What an answer is played on. */
export interface Stage {
  readonly pacer: Pacer;
  readonly truth: TruthLog;
  readonly connection: Connection;
  readonly record: TruthRecord;
  /** The outcome where the client stays to the end. */
  readonly outcome: TruthOutcome;
  /** Called once when the answer is over, however it ended. */
  readonly onOver: () => void;
}

const resetDelayMs = 5;

/** Writes one answer to its connection, write by write, each when it is due, and notes in the record when it really was. */
export class Player implements DueTask {
  dueMs = 0;
  readonly #stage: Stage;
  readonly #answer: Answer;
  readonly #digits: string;
  #startMs = 0;
  #next = 0;
  #isOver = false;

  constructor(stage: Stage, answer: Answer) {
    this.#stage = stage;
    this.#answer = answer;
    this.#digits = digitsOf(stage.record.id);
  }

  /** Begins service: times count from here. */
  start(): void {
    const { pacer } = this.#stage;
    this.#startMs = pacer.nowMs();
    if (pacer.isFrozen()) this.#wait(this.#startMs);
    else this.run();
  }

  /** The client went away, or the server closes (`byClient` false). */
  abort(byClient: boolean): void {
    const { record, outcome } = this.#stage;
    if (byClient) record.aborted_by_client_at_ms = monotonicMs();
    this.#over(outcome === 'failed' ? 'failed' : 'aborted');
  }

  run(): void {
    const { writes } = this.#answer;
    while (!this.#isOver) {
      const write = writes[this.#next];
      if (write === undefined) return this.#end();
      const dueMs = this.#startMs + write.atMs;
      const lateMs = this.#stage.pacer.nowMs() - dueMs;
      if (lateMs < 0) return this.#wait(dueMs);
      this.#next += 1;
      this.#write(write, lateMs);
    }
  }

  #wait(dueMs: number): void {
    this.dueMs = dueMs;
    this.#stage.pacer.add(this);
  }

  #write(write: PlannedWrite, lateMs: number): void {
    const { connection, record, truth } = this.#stage;
    const data = write.bytes ?? renderFrames(write.frames, this.#digits);
    const length = typeof data === 'string' ? totalBytes(write.frames) : data.length;
    const atMs = monotonicMs();
    connection.write(data, length);
    record.status_code = this.#answer.statusCode;
    record.first_write_at_ms ??= atMs;
    record.last_write_at_ms = atMs;
    for (const frame of write.frames) {
      if (frame.content !== null) truth.addContent(record, frame.content, atMs, lateMs);
    }
  }

  #end(): void {
    const { ending, writes } = this.#answer;
    const { pacer, connection, outcome, record } = this.#stage;
    if (ending === 'stall') return;
    const isFirstCall = this.#next === writes.length;
    if (ending === 'reset' && isFirstCall && writes.length > 0) {
      // The bytes must have left before the reset, which would discard them.
      this.#next += 1;
      this.#wait(pacer.nowMs() + resetDelayMs);
      return;
    }
    record.usage = this.#answer.usage?.object ?? null;
    record.token_counts = this.#answer.usage?.counts ?? null;
    this.#over(outcome);
    connection.finish(ending);
  }

  #over(outcome: TruthOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stage.truth.end(this.#stage.record, outcome);
    this.#stage.onOver();
  }
}

function totalBytes(frames: readonly Frame[]): number {
  let sum = 0;
  for (const frame of frames) sum += frame.bytes;
  return sum;
}
