import { setTimeout as sleep } from 'node:timers/promises';
import { Aggregator, LeaseLost } from '@tokenstorm/aggregator';
import type { RunResult, RunStatus } from '@tokenstorm/aggregator';
import { auditEnd } from '@tokenstorm/core';
import type { AggregationLease, Environment, RunEvent, RunPlan } from '@tokenstorm/core';
import type { RedisTransport, RunRecord } from '@tokenstorm/transport';
import type { AggregatorServiceOptions } from '../flags/aggregator-options.ts';
import { auditActor } from '../audit/audit-actor.ts';
import { RunCourse } from '../run/ended-run.ts';
import type { EndedRun } from '../run/ended-run.ts';
import { reportOf } from '../run/report-of.ts';
import { tapLog } from '../run/tap-log.ts';
import { finalBudgetState } from './budget-state.ts';
import { emptyResult } from './empty-result.ts';
import { AggregatorLog } from './aggregator-log.ts';
import { RunEnding } from './run-ending.ts';
import { RunSink } from './run-sink.ts';
import type { ServiceLog } from './service-log.ts';
import { StatusPublisher } from './status-publisher.ts';

/** How long Redis may take to say whether it still knows a run. */
const answerMs = 2000;

export interface AggregatedRunSettings {
  readonly lease: AggregationLease;
  /** Aborts when the run is not this aggregator's any more. */
  readonly signal: AbortSignal;
  readonly transport: RedisTransport;
  readonly options: AggregatorServiceOptions;
  readonly aggregatorId: string;
  readonly environment: Environment;
  readonly log: ServiceLog;
}

/** Events after which a run is not waited for any more: it goes on, or never will. */
const endsTheWait: ReadonlySet<RunEvent['type']> = new Set(['run-start', 'run-stop', 'worker-failed']);

/** One run, from where it stands to its report, or until it is another aggregator's. No fault in it touches others. */
export class AggregatedRun {
  readonly #settings: AggregatedRunSettings;
  readonly #course = new RunCourse();
  readonly #begun = Promise.withResolvers<void>();
  /** Rejects where the run's events cannot be read. */
  readonly #unheard = Promise.withResolvers<never>();
  readonly #over = new AbortController();
  readonly #ending = new RunEnding();
  readonly #status: StatusPublisher;
  readonly #sink: RunSink;
  /** What was written of workers that failed. */
  readonly #failures = new Set<string>();
  /** What workers said since the start. */
  readonly #doubts = new Set<string>();
  /** What Redis refused last. */
  #refusal: string | undefined;
  #snapshotLog: AggregatorLog | undefined;
  #snapshots = 0;

  constructor(settings: AggregatedRunSettings) {
    const { lease, transport } = settings;
    this.#settings = settings;
    this.#sink = new RunSink({ ...settings, warn: (problem) => this.#warn('influx', problem) });
    this.#status = new StatusPublisher(transport, lease.plan);
    this.#unheard.promise.catch(() => {});
  }

  get runId(): string {
    return this.#plan.runId;
  }

  /** Snapshots folded here so far. */
  get snapshots(): number {
    return this.#snapshots;
  }

  /** Points that InfluxDB does not have yet. */
  get unwritten(): number {
    return this.#sink.unwritten;
  }

  /** Where its snapshots are kept; undefined where they are not, or there are none. */
  get logPath(): string | undefined {
    return this.#hasBegun ? this.#snapshotLog?.path : undefined;
  }

  /** Resolves when the run has its report, or is another's. Rejects where Redis does not take the report. */
  async run(): Promise<void> {
    const { signal, log } = this.#settings;
    log.info('taken', `run ${this.runId}: ${this.#plan.scenario.name}: taken${this.#whence}`, {
      run: this.runId,
    });
    await this.#openLog();
    const watching = this.#watch();
    try {
      await this.#toItsEnd();
    } finally {
      this.#over.abort();
      this.#ending[Symbol.dispose]();
      await watching;
      await this.#status[Symbol.asyncDispose]();
      await this.#sink[Symbol.asyncDispose]();
      await this.#snapshotLog?.close();
    }
    if (signal.aborted) await this.#leave();
  }

  /** Says why: the run may go on elsewhere, or be in Redis no more. */
  async #leave(): Promise<void> {
    const { log } = this.#settings;
    if (!this.#hasBegun) await this.#snapshotLog?.discard();
    if (await this.#isKnown()) this.#warn('left', "left: it is another aggregator's, or waits for one");
    else if (this.#hasBegun)
      this.#error('gone', `it is in Redis no more, and over without a report${this.#kept}`);
    else log.info('left', `run ${this.runId}: taken back before its start`, { run: this.runId });
  }

  /** A Redis that does not answer has it for all we know. */
  async #isKnown(): Promise<boolean> {
    const { runs } = this.#settings.transport;
    const known = runs.isKnown(this.runId).catch(() => true);
    return await Promise.race([known, sleep(answerMs, true, { ref: false })]);
  }

  get #kept(): string {
    const path = this.logPath;
    return path === undefined ? '' : `. What was measured until then: tokenstorm report ${path}`;
  }

  get #hasBegun(): boolean {
    return this.#course.startedAtEpochMs !== undefined || this.#snapshots > 0;
  }

  get #plan(): RunPlan {
    return this.#settings.lease.plan;
  }

  get #whence(): string {
    return this.#settings.lease.checkpoint === undefined ? '' : ', from where another aggregator left off';
  }

  async #openLog(): Promise<void> {
    const { options, lease, transport, aggregatorId, environment } = this.#settings;
    if (!options.snapshotLog) return;
    const warn = (problem: string) => this.#warn('snapshot-log', problem);
    const { failOn = 'invalid' } = (await this.#record()) ?? {};
    const { clock } = transport;
    this.#snapshotLog = await AggregatorLog.start({ lease, failOn, aggregatorId, environment, clock, warn });
  }

  #warn(event: string, problem: string): void {
    this.#settings.log.warning(event, `run ${this.runId}: ${problem}`, { run: this.runId });
  }

  #error(event: string, problem: string): void {
    this.#settings.log.error(event, `run ${this.runId}: ${problem}`, { run: this.runId });
  }

  #record(): Promise<RunRecord | undefined> {
    return this.#settings.transport.runs.record(this.runId);
  }

  async #toItsEnd(): Promise<void> {
    const { signal } = this.#settings;
    signal.addEventListener('abort', () => this.#begun.resolve(), { signal: this.#over.signal });
    if (!signal.aborted) await Promise.race([this.#begun.promise, this.#unheard.promise]);
    if (signal.aborted) return;
    const folded = await this.#foldOrFail();
    if (folded !== undefined && !signal.aborted) await this.#report(folded);
  }

  /** A fault of ours ends this run, and says so in its report. Undefined where the run is not ours any more. */
  async #foldOrFail(): Promise<EndedRun | undefined> {
    const { signal } = this.#settings;
    const { startedAtEpochMs } = this.#course;
    try {
      if (startedAtEpochMs !== undefined) this.#sink.start(startedAtEpochMs);
      return this.#course.ended(await Promise.race([this.#fold(), this.#unheard.promise]));
    } catch (cause) {
      if (signal.aborted || cause instanceof LeaseLost) return undefined;
      const fault = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      this.#error('fault', `it is ended because of an internal error: ${fault}`);
      await this.#stop();
      const ended = this.#course.ended(await emptyResult(this.#plan));
      return { ...ended, stopReason: ended.stopReason ?? 'infrastructure', failure: fault };
    }
  }

  #fold(): Promise<RunResult> {
    const { lease, transport, signal } = this.#settings;
    const snapshots = (runId: string) =>
      tapLog(transport.snapshots(runId), (snapshot) => {
        this.#snapshots += 1;
        if (snapshot.takeOver !== undefined) this.#status.tookOver();
        this.#snapshotLog?.snapshot(snapshot);
      });
    return new Aggregator({
      lease,
      transport: { snapshots, events: (runId) => transport.events(runId) },
      clock: transport.clock,
      ended: this.#ending.signal,
      isAlone: true,
      onStatus: (status) => this.#tell(status),
      onWindow: (window) => this.#sink.write(window),
      onRefusal: (problem) => this.#refused(problem),
    }).run(signal);
  }

  #refused(problem: string): void {
    if (problem !== this.#refusal) this.#warn('refused', `${problem}: tried again`);
    this.#refusal = problem;
  }

  #tell(status: RunStatus): void {
    this.#sink.observe(status);
    this.#status.update(status);
  }

  async #report(folded: EndedRun): Promise<void> {
    const { transport, log } = this.#settings;
    const budget = await finalBudgetState(transport, this.#plan);
    const ended = { ...folded, ...(budget !== undefined && { budget }) };
    const kept = this.#snapshotLog?.notes ?? [];
    const notes = [...((await this.#record())?.notes ?? []), ...this.#doubts, ...kept];
    const report = reportOf(this.#plan, ended, notes);
    const unwritten = await this.#sink.finish(report, ended.result);
    await this.#snapshotLog?.end(ended, [...notes, ...unwritten]);
    const audit = auditEnd(report, { actor: auditActor(), epochMs: transport.clock.epochMs() });
    await transport.runs.end(this.runId, { ...report, notes: [...report.notes, ...unwritten] }, audit);
    const { verdict, validity } = report;
    log.info('reported', `run ${this.runId}: ended: ${verdict}, ${validity.level}`, {
      run: this.runId,
      verdict,
    });
  }

  async #watch(): Promise<void> {
    const { transport, signal } = this.#settings;
    const until = AbortSignal.any([signal, this.#over.signal]);
    try {
      for await (const { value } of transport.events(this.runId).read({ signal: until }))
        await this.#hear(value);
    } catch (cause) {
      if (!until.aborted) this.#unheard.reject(cause);
    }
  }

  async #hear(event: RunEvent): Promise<void> {
    const nowEpochMs = this.#settings.transport.clock.epochMs();
    this.#snapshotLog?.event(event);
    this.#course.observe(event, nowEpochMs);
    this.#ending.observe(event);
    if (event.type === 'run-stop') {
      const { startedAtEpochMs = nowEpochMs } = this.#course;
      this.#sink.stopped(event, (event.atEpochMs ?? nowEpochMs) - startedAtEpochMs);
    }
    if (event.type === 'worker-failed') await this.#workerFailed(event);
    // Before the start whoever leads the run has noted it.
    if (event.type === 'worker-doubt' && this.#course.startedAtEpochMs !== undefined)
      this.#doubt(event.message);
    if (endsTheWait.has(event.type)) this.#begun.resolve();
  }

  #doubt(message: string): void {
    if (!this.#doubts.has(message)) this.#warn('doubt', message);
    this.#doubts.add(message);
  }

  async #workerFailed({ workerId, message }: RunEvent & { type: 'worker-failed' }): Promise<void> {
    const said = `worker ${workerId} failed: ${message.split('\n', 1)[0]}`;
    // Each of its shards may fail for the same reason.
    if (!this.#failures.has(said)) this.#error('worker-failed', said);
    this.#failures.add(said);
    if (!this.#course.isStopped) await this.#stop();
  }

  async #stop(): Promise<void> {
    const { transport } = this.#settings;
    const atEpochMs = transport.clock.epochMs();
    const stop = { type: 'run-stop', mode: 'now', reason: 'infrastructure', atEpochMs } as const;
    await transport.events(this.runId).append(stop);
  }
}
