import { exitCodes } from '@tokenstorm/core';
import type { ParsedScenario, Report } from '@tokenstorm/core';
import type { RunRecord } from '@tokenstorm/transport';
import { AuditedRun } from '../audit/audited-run.ts';
import type { RunFlagsOverRedis, RunOptions } from '../flags/run-options.ts';
import { planDistributed } from '../run/distributed-plan.ts';
import { confirmCost } from '../run/confirm-cost.ts';
import { deliverReport } from '../run/deliver-report.ts';
import { DistributedRun } from '../run/distributed-run.ts';
import { checkExports, exportManner } from '../run/export-file.ts';
import type { ExportFile } from '../run/export-file.ts';
import { followRun } from '../run/follow-run.ts';
import { loadScenario } from '../run/load-scenario.ts';
import { lostSight } from '../run/lost-sight.ts';
import { RedisLink } from '../run/redis-link.ts';
import { redisWords } from '../run/redis-words.ts';
import { withBaseline } from '../run/with-baseline.ts';
import { RunTerminal } from '../run/run-terminal.ts';
import { listenForStop } from '../run/signals.ts';
import { numbered } from '../view/number-text.ts';
import { version } from '../version.ts';
import { printPlan } from '../run/print-plan.ts';

/** `tokenstorm run --redis`: leads a run whose requests the workers of all its regions send; its report is shown by `print` where one is given. Returns the exit code. */
export async function runDistributed(
  options: RunOptions,
  flags: RunFlagsOverRedis,
  print?: (report: Report) => void,
): Promise<number> {
  const loaded = loadScenario(options, process.env, { sendsRequests: false, isDistributed: true });
  const parsed = await withBaseline(loaded, process.env, flags.redisUrl);
  const { plan, warnings } = planDistributed(parsed.scenario, options);
  const notes = [...parsed.warnings, ...warnings];
  if (options.dryRun) {
    printPlan(plan, { warnings: notes, use: parsed.use }, options);
    return exitCodes.passed;
  }
  await confirmCost(parsed, options);
  const { runId: id, scenario } = plan;
  const files = await checkExports(scenario.exports, { id, name: scenario.name }, exportManner(options));
  await using terminal = new RunTerminal(options);
  if (options.progress !== 'none') for (const note of notes) terminal.warn(note);
  await using link = await RedisLink.open(flags.redisUrl, {
    ...terminal.connectionWatch,
    giveUpMs: flags.giveUpMs,
  });
  for (const warning of link.transport.warnings) terminal.warn(warning);
  const record: RunRecord = {
    plan,
    notes,
    failOn: options.failOn,
    version,
    createdAtEpochMs: link.transport.clock.epochMs(),
    minWorkers: flags.minWorkers,
  };
  await using audited = await AuditedRun.begin({
    plan,
    mode: 'distributed',
    environment: process.env,
    auditLog: options.auditLog,
    warn: (warning) => terminal.warn(warning),
  });
  const led = new LedRun({ options, flags, parsed, record, files, link, terminal, audited, print });
  return await led.lead();
}

interface LedRunParts {
  readonly options: RunOptions;
  readonly flags: RunFlagsOverRedis;
  readonly parsed: ParsedScenario;
  readonly record: RunRecord;
  readonly files: readonly ExportFile[];
  readonly link: RedisLink;
  readonly terminal: RunTerminal;
  readonly audited: AuditedRun;
  readonly print: ((report: Report) => void) | undefined;
}

/** A run from its planning to its report. */
class LedRun {
  readonly #parts: LedRunParts;
  readonly #run: DistributedRun;
  readonly #redisWords: string;

  constructor(parts: LedRunParts) {
    const { link, record, terminal, flags, audited } = parts;
    this.#parts = parts;
    this.#redisWords = redisWords(flags.redisUrl, process.env);
    this.#run = new DistributedRun({
      link,
      record,
      audit: audited.start,
      redisWords: this.#redisWords,
      onWarmedUp: (shards, of) => terminal.warmedUp(shards, of),
      onDoubt: (doubt) => terminal.doubt(doubt),
    });
  }

  async lead(): Promise<number> {
    using _signals = listenForStop({ drain: () => this.#stop('drain'), now: () => this.#stop('now') });
    await this.#start();
    if (this.#parts.flags.detach) return this.#detach();
    const report = await this.#report();
    await this.#parts.audited.end(report);
    return await this.#finish(report);
  }

  #stop(mode: 'drain' | 'now'): void {
    const { terminal } = this.#parts;
    if (this.#run.isStarted && mode === 'drain') {
      terminal.draining();
      terminal.say('Stopping: requests under way may finish. Ctrl-C again stops now.');
    }
    // Where Redis is gone the run hears of it by itself.
    this.#run.stop(mode).catch(() => {});
  }

  /** A run that does not start leaves nothing behind. */
  async #start(): Promise<void> {
    const { parsed, record, terminal, flags } = this.#parts;
    const { shards, runId, scenario } = record.plan;
    const regions = scenario.regions.map(({ name }) => name).join(', ');
    terminal.say(`Run ${runId}: ${numbered(shards.length, 'shard')} for the workers in ${regions}.`);
    try {
      await this.#run.make(parsed.datasets);
      await this.#run.lead({
        timeoutMs: flags.readyTimeoutMs,
        onMissing: (missing) => terminal.waiting(missing),
      });
    } catch (cause) {
      await this.#run.discard(this.#run.isLeft ? 'interrupted' : 'infrastructure').catch(() => {});
      throw cause;
    }
  }

  /** The id alone on stdout, for scripts; how to go on for people. */
  #detach(): number {
    const { terminal, options, files } = this.#parts;
    const { runId } = this.#run;
    this.#parts.audited.leave();
    if (files.length > 0) {
      const paths = files.map(({ path }) => path).join(', ');
      terminal.warn(
        `nobody waits here for the report: not written are ${paths}. tokenstorm attach takes --export.`,
      );
    }
    process.stdout.write(options.json ? `${JSON.stringify({ id: runId })}\n` : `${runId}\n`);
    const words = `${runId}${this.#redisWords}`;
    terminal.say('Started. It goes on by itself:');
    for (const command of ['attach', 'stop', 'report']) terminal.say(`  tokenstorm ${command} ${words}`);
    return exitCodes.passed;
  }

  async #report(): Promise<Report> {
    const { link, record, terminal } = this.#parts;
    terminal.begin({ name: record.plan.scenario.name, runId: this.#run.runId, stopping: 'ends' });
    const never = new AbortController().signal;
    try {
      const report = await followRun({
        link,
        record,
        redisWords: this.#redisWords,
        signal: never,
        onStatus: (status) => terminal.status(status),
        onNotice: (notice) => terminal.say(notice),
      });
      return report!;
    } catch (cause) {
      throw lostSight(cause, this.#run.runId, this.#redisWords);
    }
  }

  async #finish(report: Report): Promise<number> {
    const { terminal, options, record, files, print } = this.#parts;
    await terminal.close();
    const exitCode = await deliverReport({
      report,
      output: options,
      files,
      allowInvalid: record.plan.scenario.execution.onInvalid === 'warn',
      failOn: options.failOn,
      github: options.github,
      print,
    });
    terminal.say(`Kept in Redis: tokenstorm report ${this.#run.runId}${this.#redisWords}`);
    return exitCode;
  }
}
