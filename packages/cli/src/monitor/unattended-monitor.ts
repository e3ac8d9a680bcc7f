import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from '@tokenstorm/core';
import type { Target } from '@tokenstorm/core';
import { wallNowMs } from '@tokenstorm/transport';
import type { AlertChange } from './alert.ts';
import type { CallsFile } from './calls-file.ts';
import type { HourlyFile } from './hourly-file.ts';
import type { MonitorBook } from './monitor-book.ts';
import type { MonitorInflux } from './monitor-influx.ts';
import type { MonitorMetrics } from './monitor-metrics.ts';
import type { EndedCall, MonitorSession } from './monitor-session.ts';
import { Ticks } from './ticks.ts';
import type { UnattendedOutput } from './unattended-output.ts';
import { webhookMessage } from './webhook.ts';
import type { Webhook } from './webhook.ts';

/** What an unattended monitor sends by, and tells of its calls; what was not asked for is undefined. */
export interface UnattendedParts {
  readonly session: MonitorSession;
  readonly book: MonitorBook;
  readonly output: UnattendedOutput;
  readonly calls: CallsFile | undefined;
  readonly hourly: HourlyFile | undefined;
  readonly influx: MonitorInflux | undefined;
  readonly metrics: MonitorMetrics | undefined;
  readonly webhook: Webhook | undefined;
}

/** When it sends, and when it ends. */
export interface UnattendedSchedule {
  readonly everyMs: number;
  /** Of requests to each target; absent for no end. */
  readonly count?: number;
  readonly durationMs?: number;
  readonly summaryEveryMs: number;
  readonly exitOnAlert: boolean;
}

const pruneEveryMs = 3_600_000;
/** How long calls under way may take to end once the monitor is told to. */
const graceMs = 2000;

/** Sends to each target at each tick, whatever became of the calls before, and keeps book until it is told to end. */
export class UnattendedMonitor {
  readonly #parts: UnattendedParts;
  readonly #schedule: UnattendedSchedule;
  readonly #ended = new AbortController();
  readonly #underWay = new Map<string, { readonly cancel: () => void; readonly done: Promise<void> }>();
  readonly #sentTo = new Map<string, number>();
  #failed = 0;
  #missed = 0;
  #hasAlerted = false;

  constructor(parts: UnattendedParts, schedule: UnattendedSchedule) {
    this.#parts = parts;
    this.#schedule = schedule;
  }

  /** No more calls; those under way may end. */
  end(): void {
    this.#ended.abort();
  }

  /** Calls so far, over all targets: sent, failed, and due but not made. */
  get counts(): { readonly sent: number; readonly failed: number; readonly missed: number } {
    const sent = [...this.#sentTo.values()].reduce((sum, count) => sum + count, 0);
    return { sent, failed: this.#failed, missed: this.#missed };
  }

  /** Returns the exit code: 99 where an alert fires, 97 where the budget is used up. */
  async run(): Promise<number> {
    const { book, session } = this.#parts;
    await Promise.all([this.#ticks(), this.#housekeeping()]);
    await this.#finishCalls();
    if (book.isFiring || (this.#hasAlerted && this.#schedule.exitOnAlert)) return exitCodes.thresholdFailed;
    return session.isBudgetUsedUp ? exitCodes.aborted : exitCodes.passed;
  }

  async #ticks(): Promise<void> {
    const { session } = this.#parts;
    const { everyMs, durationMs = Infinity } = this.#schedule;
    const startMs = session.nowMs();
    const ticks = new Ticks(startMs, everyMs);
    while (this.#due.length > 0 && !this.#isOver) {
      const { dueMs, sinceStartMs, skipped } = ticks.next(session.nowMs());
      if (sinceStartMs >= durationMs) {
        await this.#pause(startMs + durationMs - session.nowMs());
        break;
      }
      await this.#pause(dueMs - session.nowMs());
      if (this.#isOver) break;
      for (const target of this.#due) this.#tick(target, dueMs, skipped);
    }
    if (!this.#isOver) await Promise.all([...this.#underWay.values()].map(({ done }) => done));
    this.end();
  }

  /** Targets that are to be sent more. */
  get #due(): readonly Target[] {
    const { count = Infinity } = this.#schedule;
    return this.#parts.session.targets.filter(({ key }) => (this.#sentTo.get(key) ?? 0) < count);
  }

  get #isOver(): boolean {
    return this.#ended.signal.aborted || this.#parts.session.isBudgetUsedUp;
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#ended.signal }).catch(() => {});
  }

  #tick(target: Target, dueMs: number, skipped: number): void {
    const isBusy = this.#underWay.has(target.key);
    this.#miss(target, skipped + (isBusy ? 1 : 0));
    if (isBusy) return;
    this.#sentTo.set(target.key, (this.#sentTo.get(target.key) ?? 0) + 1);
    const { cancel, ended } = this.#parts.session.send(target, { intendedStartMs: dueMs });
    this.#underWay.set(target.key, { cancel, done: this.#takeEnded(target, ended) });
  }

  #miss(target: Target, count: number): void {
    if (count === 0) return;
    const { book, metrics, hourly, output } = this.#parts;
    if (this.#missed === 0)
      output.warn('a call was due before the one before it had ended: it is not made, and counted as missed');
    this.#missed += count;
    metrics?.missed(target, count);
    hourly?.append(book.missed(count, wallNowMs()));
  }

  async #takeEnded({ key }: Target, ended: Promise<EndedCall | undefined>): Promise<void> {
    const call = await ended;
    this.#underWay.delete(key);
    if (call !== undefined) this.#take(call);
    // The budget ended before it.
    else this.#sentTo.set(key, (this.#sentTo.get(key) ?? 1) - 1);
  }

  #take({ sample, record, workload }: EndedCall): void {
    const { book, output, calls, hourly, influx, metrics } = this.#parts;
    const { call } = sample;
    const nowMs = wallNowMs();
    const isKnownOutage = book.isOut(call.target) && call.outcome !== 'completed';
    const changes = book.take(sample, nowMs);
    if (call.outcome === 'failed') this.#failed += 1;
    calls?.append(sample);
    influx?.add(record, workload, nowMs);
    metrics?.observe(call, book.isOut(call.target));
    hourly?.append(changes.hourly);
    output.call(call, isKnownOutage);
    if (changes.outage !== undefined) output.outage(changes.outage);
    this.#alert(changes.alerts);
  }

  #alert(changes: readonly AlertChange[]): void {
    const { output, webhook, calls, session, book, metrics } = this.#parts;
    for (const change of changes) {
      output.alert(change);
      webhook?.post(webhookMessage(session.plan.scenario.name, change));
      const state = change.state === 'firing' ? 'firing' : 'ok';
      calls?.append({ alert: change.rule.name, state, at: new Date(change.atMs).toISOString() });
      this.#hasAlerted ||= state === 'firing';
    }
    metrics?.alerts(book.alerts);
    if (this.#hasAlerted && this.#schedule.exitOnAlert) this.end();
  }

  /** Shows the windows now and then, judges alerts where no call comes, and keeps the files small. */
  async #housekeeping(): Promise<void> {
    const { book, output, calls, hourly } = this.#parts;
    let prunedMs = wallNowMs();
    while (!this.#ended.signal.aborted) {
      await this.#pause(this.#schedule.summaryEveryMs);
      const nowMs = wallNowMs();
      this.#alert(book.judge(nowMs));
      hourly?.append(book.missed(0, nowMs));
      if (this.#ended.signal.aborted) return;
      output.windows(book.windows(nowMs));
      if (nowMs - prunedMs < pruneEveryMs) continue;
      prunedMs = nowMs;
      await calls
        ?.prune(nowMs)
        .catch((cause: unknown) => output.warn(`the calls file stays long: ${String(cause)}`));
    }
  }

  async #finishCalls(): Promise<void> {
    const { book, hourly } = this.#parts;
    const underWay = [...this.#underWay.values()];
    const all = Promise.all(underWay.map(({ done }) => done));
    await Promise.race([all, sleep(graceMs, undefined, { ref: false })]);
    for (const { cancel } of underWay) cancel();
    await all;
    hourly?.append(book.currentHour());
  }
}
