import { measuredWindow, promptMessages } from '@tokenstorm/core';
import type { Phase, RequestRecord, SeriesLabels, SeriesRecorder, Workload } from '@tokenstorm/core';
import type { ChatCall } from '@tokenstorm/providers';
import type { Engine, InFlight } from '../engine.ts';
import { Request } from '../request/request.ts';
import type { TargetClient } from '../request/target-client.ts';

/** One start of a request. Times are monotonic ms of this process. */
export interface Start {
  readonly arrivalIndex: number;
  readonly intendedStartMs: number;
  /** When the pacer, or the virtual user, handed it over. */
  readonly handOverMs: number;
  /** By an arrival plan, so that its lateness is measured. */
  readonly scheduled: boolean;
}

/** What the requests of one workload to one target, in one shard, have in common. */
export interface TargetLoadParts {
  readonly workload: Workload;
  readonly client: TargetClient;
  readonly recorders: Readonly<Record<Phase, SeriesRecorder>>;
  /** The recorders' measured window: opened by `begin`, ends early where the run does. */
  readonly window: { startMs: number; endMs: number };
  readonly onRecord: (record: RequestRecord, labels: SeriesLabels) => void;
}

/** The requests of one workload to one target: sends them, knows which are under way, and records what became of them. */
export class TargetLoad {
  readonly workload: Workload;
  readonly recorders: Readonly<Record<Phase, SeriesRecorder>>;
  readonly client: TargetClient;
  readonly #engine: Engine;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #onRecord: TargetLoadParts['onRecord'];
  readonly #window: TargetLoadParts['window'];
  readonly #underWay = new Set<Request>();
  readonly #inFlight: InFlight;
  #runStartMs: number;
  #whenIdle: (() => void) | undefined;

  constructor(parts: TargetLoadParts, engine: Engine) {
    this.workload = parts.workload;
    this.client = parts.client;
    this.recorders = parts.recorders;
    this.#onRecord = parts.onRecord;
    this.#window = parts.window;
    this.#engine = engine;
    this.#headers = engine.headers(parts.workload);
    this.#inFlight = engine.inFlight(parts.workload.name, parts.client.target.key);
    this.#runStartMs = engine.clock.nowMs();
  }

  /** Monotonic ms of the workload's start; until `begin` the moment this was made. */
  get startMs(): number {
    return this.#runStartMs + this.workload.startAfterMs;
  }

  /** Requests under way in this process, over all its shards. */
  get inFlight(): number {
    return this.#inFlight.count;
  }

  get inFlightHere(): number {
    return this.#underWay.size;
  }

  /** The run starts, at this monotonic ms. */
  begin(runStartMs: number): void {
    this.#runStartMs = runStartMs;
    Object.assign(this.#window, measuredWindow(this.workload));
  }

  /** Ends the measured window early: the run was stopped this many ms after its start. */
  endMeasuring(atMs: number): void {
    this.#window.endMs = Math.min(this.#window.endMs, atMs);
  }

  /** Counts an arrival that is over the cap. */
  drop(intendedStartMs: number): void {
    const recorder = this.recorders[this.#phaseAt(intendedStartMs)];
    recorder.scheduled(1);
    recorder.dropped(1);
  }

  /** Sends a request of the load. `onEnd` is called once its outcome is known and recorded. */
  send(start: Start, onEnd?: () => void): void {
    this.#send(start, this.#phaseAt(start.intendedStartMs), onEnd);
  }

  /** Sends a request that belongs to no schedule, before the start; resolves at its end. */
  warmUp(arrivalIndex: number): Promise<void> {
    const nowMs = this.#engine.clock.nowMs();
    const start = { arrivalIndex, intendedStartMs: nowMs, handOverMs: nowMs, scheduled: false };
    return new Promise((resolve) => this.#send(start, 'warmup', resolve));
  }

  /** The latest first: they may wait for the places of the earlier ones, and must not be sent in their stead. */
  cancelAll(): void {
    const faults: unknown[] = [];
    for (const request of [...this.#underWay].toReversed()) {
      try {
        request.cancel();
      } catch (cause) {
        // The others must not stay under way for it: nobody would end them any more.
        faults.push(cause);
      }
    }
    if (faults.length > 0) throw faults[0];
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    if (this.#underWay.size > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
  }

  #send(start: Start, phase: Phase, onEnd?: () => void): void {
    const { workload, client } = this;
    const call = this.#call(start.arrivalIndex);
    const job = { ...start, workload, client, call, phase, runStartMs: this.#runStartMs };
    this.recorders[phase].scheduled(1);
    const request = new Request(job, this.#engine, (record) => {
      try {
        this.#settle(request, record);
      } finally {
        onEnd?.();
      }
    });
    this.#inFlight.count += 1;
    this.#underWay.add(request);
    request.start();
  }

  #settle(request: Request, record: RequestRecord): void {
    this.#inFlight.count -= 1;
    this.#underWay.delete(request);
    const recorder = this.recorders[record.phase];
    try {
      recorder.record(record);
      this.#onRecord(record, recorder.labels);
    } finally {
      if (this.#underWay.size === 0) this.#whenIdle?.();
    }
  }

  #phaseAt(intendedStartMs: number): Phase {
    return intendedStartMs - this.startMs < this.workload.warmupMs ? 'warmup' : 'main';
  }

  #call(arrivalIndex: number): ChatCall {
    const { workload } = this;
    return {
      messages: promptMessages(workload, this.#engine.datasets, arrivalIndex),
      stream: workload.stream,
      extraBody: workload.extraBody,
      headers: this.#headers,
      ...(workload.maxTokens !== undefined && { maxTokens: workload.maxTokens }),
      ...(workload.temperature !== undefined && { temperature: workload.temperature }),
    };
  }
}
