import { measuredWindow } from '@tokenstorm/core';
import type {
  Phase,
  Prompt,
  PromptWriter,
  RequestRecord,
  SeriesLabels,
  SeriesRecorder,
  Workload,
} from '@tokenstorm/core';
import type { Admission } from '../admission/admission.ts';
import type { Engine, InFlight } from '../engine.ts';
import { chatCall } from '../request/chat-call.ts';
import { Request } from '../request/request.ts';
import type { RequestJob } from '../request/request-job.ts';
import type { ShardControl } from '../shard-control.ts';
import type { TargetClient } from '../request/target-client.ts';
import { OutputText } from '../tokenizer/output-text.ts';
import { countedRecord } from '../tokenizer/token-check.ts';

/** One start of a request. Times are monotonic ms of this process. */
export interface Start {
  readonly arrivalIndex: number;
  readonly intendedStartMs: number;
  /** When the pacer, or the virtual user, handed it over. */
  readonly handOverMs: number;
  /** By an arrival plan, so that its lateness is measured. */
  readonly scheduled: boolean;
}

/** What says whether a shard's requests may be sent, and believed. */
export type SendRight = Pick<ShardControl, 'mayStart' | 'maySend' | 'isInDoubt'>;

/** So many requests of each phase. */
export type PhaseCounts = Readonly<Record<Phase, number>>;

/** What the requests of one workload to one target, in one shard, have in common. */
export interface TargetLoadParts {
  readonly workload: Workload;
  readonly client: TargetClient;
  readonly recorders: Readonly<Record<Phase, SeriesRecorder>>;
  /** The recorders' measured window: opened by `begin`, ends early where the run does. */
  readonly window: { startMs: number; endMs: number };
  readonly right: SendRight;
  readonly onRecord: (record: RequestRecord, labels: SeriesLabels) => void;
}

/** The requests of one workload to one target: sends them, knows which are under way, and records what became of them. */
export class TargetLoad {
  readonly workload: Workload;
  readonly recorders: Readonly<Record<Phase, SeriesRecorder>>;
  readonly client: TargetClient;
  readonly #engine: Engine;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #prompts: PromptWriter;
  /** What was sent before the start must not be in a prompt cache when the load sends it. */
  readonly #promptsBeforeStart: PromptWriter;
  readonly #onRecord: TargetLoadParts['onRecord'];
  readonly #window: TargetLoadParts['window'];
  readonly #underWay = new Set<Request>();
  /** Those of them that have ended and wait for their tokens to be counted. */
  readonly #counting = new Map<Request, RequestRecord>();
  /** Those of them that have ended while nobody knew whether the process had been frozen. */
  readonly #inDoubt: {
    readonly request: Request;
    readonly job: RequestJob;
    readonly record: RequestRecord;
  }[] = [];
  readonly #begun: Record<Phase, number> = { warmup: 0, main: 0 };
  readonly #right: SendRight;
  readonly #inFlight: InFlight;
  readonly #admission: Admission;
  #runStartMs: number;
  #whenIdle: (() => void) | undefined;

  constructor(parts: TargetLoadParts, engine: Engine) {
    this.workload = parts.workload;
    this.client = parts.client;
    this.recorders = parts.recorders;
    this.#onRecord = parts.onRecord;
    this.#right = parts.right;
    this.#window = parts.window;
    this.#engine = engine;
    this.#headers = engine.headers(parts.workload);
    const { scenario: workload, region } = parts.recorders.main.labels;
    const user = { workload, targetKey: parts.client.target.key, region };
    this.#prompts = engine.prompts.writer({ ...user, isBeforeStart: false });
    this.#promptsBeforeStart = engine.prompts.writer({ ...user, isBeforeStart: true });
    this.#inFlight = engine.inFlight(parts.workload.name, parts.client.target.key);
    this.#admission = engine.admission(parts.client.target.key);
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

  /** Over the cap: as many are under way in this process as its shards may have, or more. */
  get isFull(): boolean {
    return this.#inFlight.count >= this.#inFlight.limit;
  }

  get inFlightHere(): number {
    return this.#underWay.size;
  }

  /** Requests of the load that were sent or dropped here, by phase; those before the start are not among them. */
  get begun(): PhaseCounts {
    return this.#begun;
  }

  /** The run starts, at this monotonic ms. */
  begin(runStartMs: number): void {
    this.#runStartMs = runStartMs;
    Object.assign(this.#window, measuredWindow(this.workload));
  }

  /** The phase of what is intended for this monotonic ms. */
  phaseAt(intendedStartMs: number): Phase {
    return intendedStartMs - this.startMs < this.workload.warmupMs ? 'warmup' : 'main';
  }

  /** Ends the measured window early: the run was stopped this many ms after its start. */
  endMeasuring(atMs: number): void {
    this.#window.endMs = Math.min(this.#window.endMs, atMs);
  }

  /** Counts an arrival that is over the cap. */
  drop(intendedStartMs: number): void {
    const phase = this.phaseAt(intendedStartMs);
    this.#begun[phase] += 1;
    this.recorders[phase].scheduled(1);
    this.recorders[phase].dropped(1);
    this.#engine.counts.dropped += 1;
  }

  /** Counts requests that were this holder's to send, and are not sent because it ends. */
  cancelUnsent(counts: PhaseCounts): void {
    for (const phase of ['warmup', 'main'] as const) {
      this.#begun[phase] += counts[phase];
      this.recorders[phase].scheduled(counts[phase]);
      this.recorders[phase].cancelled(counts[phase]);
    }
    this.#engine.counts.cancelled += counts.warmup + counts.main;
  }

  /** Sends a request of the load. `onEnd` is called once its outcome is known; it is recorded then, or when its tokens are counted. */
  send(start: Start, onEnd?: () => void): void {
    const prompt = this.#prompts.prompt(start.arrivalIndex);
    const phase = this.phaseAt(start.intendedStartMs);
    this.#begun[phase] += 1;
    this.#send(start, prompt, phase, onEnd);
  }

  /** Sends a request that belongs to no schedule, before the start; resolves at its end. */
  warmUp(arrivalIndex: number): Promise<void> {
    const nowMs = this.#engine.clock.nowMs();
    const start = { arrivalIndex, intendedStartMs: nowMs, handOverMs: nowMs, scheduled: false };
    const prompt = this.#promptsBeforeStart.prompt(arrivalIndex);
    return new Promise((resolve) => this.#send(start, prompt, 'warmup', resolve));
  }

  /** Cancels those that wait to be sent, for the first time or again: they never will be. */
  cancelWaiting(): void {
    this.#endEach(this.#waiting, (request) => request.cancel());
  }

  /**
   * Those that wait first: they may wait for the places of the others, and must not be sent in their stead. What has ended
   * is recorded as it is, without a count of its tokens.
   */
  cancelAll(): void {
    this.believe();
    this.#endAll((request) => request.cancel());
  }

  /** The same without a record of what is under way, or ended in doubt: it was not measured. */
  abandonAll(): void {
    for (const { request } of this.#inDoubt.splice(0)) this.#leave(request);
    this.#endAll((request) => request.abandon());
  }

  /** Records what ended in doubt: it was measured after all. */
  believe(): void {
    for (const { request, job, record } of this.#inDoubt.splice(0)) this.#settle(request, job, record);
  }

  /** Ends what waits for a send that may not happen any more. */
  endVainWaits(): void {
    for (const request of this.#underWay) request.endVainWait();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    if (this.#underWay.size > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
  }

  /** Whether one that has failed may be tried again. */
  readonly #mayRetry = (): boolean => this.#right.mayStart() && !this.#engine.admissions.isBudgetOver;

  #send(start: Start, prompt: Prompt, phase: Phase, onEnd?: () => void): void {
    const { workload, client } = this;
    const call = chatCall(workload, prompt, this.#headers);
    const admission = this.#admission;
    const job: RequestJob = {
      ...start,
      workload,
      client,
      admission,
      call,
      prompt,
      ...(this.#engine.counter !== undefined && { output: new OutputText() }),
      phase,
      maySend: this.#right.maySend,
      mayRetry: this.#mayRetry,
      runStartMs: this.#runStartMs,
    };
    this.recorders[phase].scheduled(1);
    const request = new Request(job, this.#engine, (record) => {
      try {
        this.#inFlight.count -= 1;
        this.#end(request, job, record);
      } finally {
        onEnd?.();
      }
    });
    this.#inFlight.count += 1;
    this.#engine.counts.sent += 1;
    this.#underWay.add(request);
    request.start();
  }

  #end(request: Request, job: RequestJob, record: RequestRecord | undefined): void {
    if (record === undefined) this.#leave(request);
    else if (this.#right.isInDoubt) this.#inDoubt.push({ request, job, record });
    else this.#settle(request, job, record);
  }

  /** Where its tokens are counted, a request stays under way until they are: its record is not complete before. */
  #settle(request: Request, { call, output }: RequestJob, record: RequestRecord): void {
    const { counter } = this.#engine;
    if (counter === undefined || output === undefined) return this.#finish(request, record);
    this.#counting.set(request, record);
    void countedRecord({ record, call, output }, counter).then((counted) => this.#counted(request, counted));
  }

  #counted(request: Request, record: RequestRecord): void {
    if (this.#counting.delete(request)) this.#finish(request, record);
  }

  #finish(request: Request, record: RequestRecord): void {
    this.#underWay.delete(request);
    const recorder = this.recorders[record.phase];
    this.#engine.counts[record.outcome] += 1;
    try {
      recorder.record(record);
      this.#onRecord(record, recorder.labels);
    } finally {
      this.#leave(request);
    }
  }

  #leave(request: Request): void {
    this.#underWay.delete(request);
    if (this.#underWay.size === 0) this.#whenIdle?.();
  }

  #endAll(end: (request: Request) => void): void {
    try {
      this.#endEach(new Set([...this.#waiting, ...this.#underWay]), end);
    } finally {
      for (const [request, record] of this.#counting) this.#counted(request, record);
    }
  }

  get #waiting(): readonly Request[] {
    return [...this.#underWay].filter((request) => request.isWaiting);
  }

  #endEach(requests: Iterable<Request>, end: (request: Request) => void): void {
    const faults: unknown[] = [];
    for (const request of requests) {
      try {
        end(request);
      } catch (cause) {
        // The others must not stay under way for it: nobody would end them any more.
        faults.push(cause);
      }
    }
    if (faults.length > 0) throw faults[0];
  }
}
