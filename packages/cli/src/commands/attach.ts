import { TokenstormError, exitCodes } from '@tokenstorm/core';
import type { Report } from '@tokenstorm/core';
import type { RunRecord } from '@tokenstorm/transport';
import type { AttachOptions } from '../flags/runs-options.ts';
import { deliverReport } from '../run/deliver-report.ts';
import { DistributedRun } from '../run/distributed-run.ts';
import { checkExports } from '../run/export-file.ts';
import { followRun } from '../run/follow-run.ts';
import { lostSight } from '../run/lost-sight.ts';
import { RedisLink } from '../run/redis-link.ts';
import { redisWords } from '../run/redis-words.ts';
import { chosenRun } from '../run/remote-runs.ts';
import { RunTerminal } from '../run/run-terminal.ts';
import { listenForStop } from '../run/signals.ts';

/** `tokenstorm attach`: shows a run over Redis to its end, and leads it where nobody does. Returns the exit code that the run has. */
export async function attachCommand(options: AttachOptions): Promise<number> {
  await using terminal = new RunTerminal(options);
  await using link = await RedisLink.open(options.redisUrl, {
    ...terminal.connectionWatch,
    giveUpMs: options.giveUpMs,
  });
  const { runs } = link.transport;
  const { runId } = chosenRun(await link.ask(runs.list()), options.run);
  const record = await link.ask(runs.record(runId));
  if (record === undefined) throw new TokenstormError('E_FLEET', `run ${runId} has just been taken back`);
  const { name } = record.plan.scenario;
  const files = await checkExports(options.exports, { id: runId, name }, options);
  const attached = new AttachedRun({
    link,
    record,
    terminal,
    words: redisWords(options.redisUrl, process.env),
  });
  const report = await attached.report();
  if (report === undefined) return exitCodes.interrupted;
  return await deliverReport({
    report,
    output: options,
    files,
    allowInvalid: options.allowInvalid || record.plan.scenario.execution.onInvalid === 'warn',
    failOn: options.failOn ?? record.failOn,
    github: options.github,
  });
}

interface AttachedParts {
  readonly link: RedisLink;
  readonly record: RunRecord;
  readonly terminal: RunTerminal;
  readonly words: string;
}

/** A run that somebody looks at, and may leave. */
class AttachedRun {
  readonly #parts: AttachedParts;
  readonly #run: DistributedRun;
  readonly #left = new AbortController();

  constructor(parts: AttachedParts) {
    const { link, record, terminal } = parts;
    this.#parts = parts;
    this.#run = new DistributedRun({
      link,
      record,
      redisWords: parts.words,
      onWarmedUp: (shards, of) => terminal.warmedUp(shards, of),
      onDoubt: (doubt) => terminal.doubt(doubt),
    });
  }

  /** Resolves to nothing where the user left. */
  async report(): Promise<Report | undefined> {
    const leave = () => this.#leave();
    using _signals = listenForStop({ drain: leave, now: leave });
    try {
      const known = await this.#parts.link.ask(this.#parts.link.transport.runs.report(this.#run.runId));
      return known ?? (await this.#follow());
    } catch (cause) {
      if (this.#left.signal.aborted) return undefined;
      throw lostSight(cause, this.#run.runId, this.#parts.words);
    } finally {
      await this.#parts.terminal.close();
    }
  }

  async #follow(): Promise<Report | undefined> {
    const { link, record, terminal, words } = this.#parts;
    const events = await link.ask(link.transport.runs.events(this.#run.runId));
    const isStarted = events.some(({ type }) => type === 'run-start');
    if (isStarted) this.#begin();
    const leading = isStarted ? undefined : this.#lead();
    const following = followRun({
      link,
      record,
      redisWords: words,
      signal: this.#left.signal,
      onStatus: (status) => terminal.status(status),
      onNotice: (notice) => terminal.say(notice),
    });
    // Leading ends with the start; where it fails there is nothing to follow.
    return await Promise.race([following, ...(leading === undefined ? [] : [leading])]);
  }

  /** Goes on where a coordinator died; beside one that lives it does no harm. Never resolves; rejects where the run cannot start. */
  async #lead(): Promise<never> {
    const { terminal } = this.#parts;
    terminal.say(`Run ${this.#run.runId} has not started yet: waiting until all of its shards are ready.`);
    try {
      await this.#run.lead({ timeoutMs: Infinity, onMissing: (missing) => terminal.waiting(missing) });
    } catch (cause) {
      if (!this.#left.signal.aborted) await this.#run.discard('infrastructure').catch(() => {});
      throw cause;
    }
    this.#begin();
    return await new Promise<never>(() => {});
  }

  #begin(): void {
    const { terminal, record } = this.#parts;
    terminal.begin({ name: record.plan.scenario.name, runId: this.#run.runId, stopping: 'leaves' });
  }

  #leave(): void {
    const { terminal, words } = this.#parts;
    if (this.#left.signal.aborted) return;
    terminal.say(`Left. The run goes on: tokenstorm stop ${this.#run.runId}${words} ends it.`);
    this.#left.abort();
    // Where it has not started, nobody waits for it here any more.
    this.#run.leave();
  }
}
