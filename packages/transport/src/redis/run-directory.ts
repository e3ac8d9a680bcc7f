import type { AuditEntry, Report, RunEvent, RunPlan } from '@tokenstorm/core';
import type { RedisConnection } from './connection.ts';
import { eventCodec } from './event-codec.ts';
import { appendedKey, auditKey, runKeys, runsKey, timeToLiveSeconds } from './keys.ts';
import { redisScript, runScript } from './redis-script.ts';
import { jsonOf, readPlan } from './run-plan.ts';
import { RunRemains, shardsByRegion } from './run-remains.ts';
import type { ShardsByRegion } from './run-remains.ts';

/** What a run was created with. */
export interface RunRecord {
  readonly plan: RunPlan;
  /** Of the coordinator, for the report. */
  readonly notes: readonly string[];
  /** From which validity on the run's exit code tells of it. */
  readonly failOn: 'invalid' | 'suspect';
  /** Of Tokenstorm. */
  readonly version: string;
  readonly createdAtEpochMs: number;
  /** Workers that each region must have before the start; absent: 1. */
  readonly minWorkers?: number;
}

/** A run in the list. It has ended when its verdict is there. */
export interface RunEntry {
  readonly runId: string;
  readonly name: string;
  readonly regions: readonly string[];
  readonly createdAtEpochMs: number;
  readonly verdict?: Report['verdict'];
  readonly validity?: Report['validity']['level'];
}

/** What is stored of a run beside its plan. */
interface StoredRecord extends Omit<RunRecord, 'plan'> {
  readonly name: string;
  /** What the jobs are removed by, also once the plan is forgotten. */
  readonly shards: ShardsByRegion;
  readonly verdict?: Report['verdict'];
  readonly validity?: Report['validity']['level'];
}

/**
 * KEYS: report, record. ARGV: report, record ('' for none), time to live (s), audit log, its entry ('' for none). Stores all where
 * there is no report yet.
 */
const storeReport = redisScript(`
if not redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3], 'NX') then return 0 end
if ARGV[2] ~= '' then redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3]) end
if ARGV[5] ~= '' then redis.call('XADD', ARGV[4], '*', 'a', ARGV[5]) end
return 1
`);

/** KEYS: plan. ARGV: plan, time to live (s), audit log, its entry ('' for none). Stores both where the run is not known yet. */
const storePlan = redisScript(`
if not redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2], 'NX') then return 0 end
if ARGV[4] ~= '' then redis.call('XADD', ARGV[3], '*', 'a', ARGV[4]) end
return 1
`);

/** KEYS: record. ARGV: audit log, its entry ('' for none). Removes the record; the entry is made where there was one. */
const removeRecord = redisScript(`
if redis.call('DEL', KEYS[1]) == 1 and ARGV[2] ~= '' then redis.call('XADD', ARGV[1], '*', 'a', ARGV[2]) end
return 1
`);

/**
 * The runs that Redis knows. Those that go on are kept for a day after somebody worked on them last; of those that have ended
 * plan, events, status and report are kept for 7 days.
 */
export class RunDirectory {
  readonly #connection: RedisConnection;
  readonly #remains: RunRemains;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
    this.#remains = new RunRemains(connection);
  }

  /** Makes a run known, and puts `audit` into the audit log. Repeatable: what is known stays as it is. */
  async create({ plan, ...record }: RunRecord, audit?: AuditEntry): Promise<void> {
    const keys = runKeys(plan.runId);
    const stored: StoredRecord = { ...record, name: plan.scenario.name, shards: shardsByRegion(plan) };
    const { running, ended } = timeToLiveSeconds;
    const { commands } = this.#connection;
    await this.#connection.answer(
      Promise.all([
        runScript(commands, storePlan, [keys.plan], [JSON.stringify(plan), running, ...auditValues(audit)]),
        commands.set(keys.record, JSON.stringify(stored), 'EX', ended, 'NX'),
        commands.zadd(runsKey, 'NX', record.createdAtEpochMs, plan.runId),
        commands.expire(runsKey, ended),
      ]),
    );
    await this.#connection.answer(this.#forgetAbandoned());
  }

  /** Absent where the run is not known, or not any more. */
  async record(runId: string): Promise<RunRecord | undefined> {
    const keys = runKeys(runId);
    const { commands } = this.#connection;
    const [plan, record] = await this.#connection.answer(commands.mget(keys.plan, keys.record));
    if (typeof plan !== 'string' || typeof record !== 'string') return undefined;
    const read = readPlan(runId, plan);
    const stored = readRecord(record);
    if (read === undefined || stored === undefined) return undefined;
    const { notes, failOn, version, createdAtEpochMs, minWorkers } = stored;
    const needs = minWorkers === undefined ? {} : { minWorkers };
    return { plan: read, notes, failOn, version, createdAtEpochMs, ...needs };
  }

  /** Whether there is a record of the run: asks for less than `record`. */
  async isKnown(runId: string): Promise<boolean> {
    const { plan, record } = runKeys(runId);
    return (await this.#connection.answer(this.#connection.commands.exists(plan, record))) === 2;
  }

  /** The events of a run up to now; none of one that is not known. */
  async events(runId: string): Promise<readonly RunEvent[]> {
    const entries = await this.#connection.answer(
      this.#connection.commands.xrangeBuffer(runKeys(runId).events, '-', '+'),
    );
    return await Promise.all(entries.map(([, [, bytes]]) => eventCodec.decode(bytes ?? Buffer.alloc(0))));
  }

  /** The runs that are known, newest first. */
  async list(): Promise<readonly RunEntry[]> {
    await this.#connection.answer(this.#forgetAbandoned());
    const records = await this.#connection.answer(this.#records());
    return [...records].map(([runId, record]) => entryOf(runId, record));
  }

  /** Shows where a run stands; forgotten after a minute without another. */
  async publishStatus(runId: string, status: unknown): Promise<void> {
    const { commands } = this.#connection;
    const text = JSON.stringify(status);
    const key = runKeys(runId).status;
    await this.#connection.answer(commands.set(key, text, 'EX', timeToLiveSeconds.status));
  }

  /** What was shown last; absent where nothing was lately. */
  async status(runId: string): Promise<unknown> {
    return await this.#parsed(runKeys(runId).status);
  }

  /** The run is over: stores its report, and `audit` in the audit log, then removes jobs, snapshots and the state of its shards. Repeatable: the first report stays. */
  async end(runId: string, report: Report, audit?: AuditEntry): Promise<void> {
    await this.#connection.answer(this.#end(runId, report, audit));
  }

  async report(runId: string): Promise<Report | undefined> {
    return (await this.#parsed(runKeys(runId).report)) as Report | undefined;
  }

  /** Takes back a run that has not started: nothing of it stays, but for its entries in the audit log. Repeatable. */
  async remove(runId: string, audit?: AuditEntry): Promise<void> {
    await this.#connection.answer(this.#remove(runId, audit));
  }

  async #end(runId: string, report: Report, audit: AuditEntry | undefined): Promise<void> {
    const { commands } = this.#connection;
    const keys = runKeys(runId);
    const { ended } = timeToLiveSeconds;
    const record = (await this.#records([runId])).get(runId);
    const outcome = { verdict: report.verdict, validity: report.validity.level };
    const ownRecord = record === undefined ? '' : JSON.stringify({ ...record, ...outcome });
    const texts = [JSON.stringify(report), ownRecord, ended, ...auditValues(audit)];
    await runScript(commands, storeReport, [keys.report, keys.record], texts);
    const kept = [keys.plan, keys.events, keys.status, runsKey];
    await Promise.all(kept.map((key) => commands.expire(key, ended)));
    if (record !== undefined) await this.#remains.remove(runId, record.shards);
  }

  async #remove(runId: string, audit: AuditEntry | undefined): Promise<void> {
    const { commands } = this.#connection;
    const known = (await this.#records([runId])).get(runId);
    if (known !== undefined) await this.#remains.removeAll(runId, known.shards);
    const { plan, record, status, report, events } = runKeys(runId);
    // A run that was never made known may have been stopped.
    await commands.del(plan, status, report, events, appendedKey(events));
    await runScript(commands, removeRecord, [record], auditValues(audit));
    await commands.zrem(runsKey, runId);
  }

  async #parsed(key: string): Promise<unknown> {
    const text = await this.#connection.answer(this.#connection.commands.get(key));
    return text === null ? undefined : (JSON.parse(text) as unknown);
  }

  /** Removes what is left of runs that nobody has worked on for so long that their plan is forgotten, and that never ended. */
  async #forgetAbandoned(): Promise<void> {
    const { commands } = this.#connection;
    for (const [runId, { verdict, shards }] of await this.#records()) {
      const { plan, record } = runKeys(runId);
      if (verdict !== undefined || (await commands.exists(plan)) === 1) continue;
      await this.#remains.removeAll(runId, shards);
      await commands.del(record);
    }
  }

  /** Newest first; those whose record is forgotten are taken out of the set. */
  async #records(runIds?: readonly string[]): Promise<ReadonlyMap<string, StoredRecord>> {
    const { commands } = this.#connection;
    const known = runIds ?? (await commands.zrevrange(runsKey, 0, -1));
    if (known.length === 0) return new Map();
    const texts = await commands.mget(known.map((runId) => runKeys(runId).record));
    const records = known.map((runId, place) => [runId, texts[place] ?? null] as const);
    const forgotten = records.filter(([, text]) => text === null).map(([runId]) => runId);
    if (forgotten.length > 0) await commands.zrem(runsKey, ...forgotten);
    return new Map(
      records.flatMap(([runId, text]) => {
        const record = text === null ? undefined : readRecord(text);
        return record === undefined ? [] : [[runId, record] as const];
      }),
    );
  }
}

/** What scripts need to append to the audit log; without an entry they do not touch it. */
function auditValues(entry: AuditEntry | undefined): readonly [string, string] {
  return [auditKey, entry === undefined ? '' : JSON.stringify(entry)];
}

function entryOf(runId: string, record: StoredRecord): RunEntry {
  const { name, shards, createdAtEpochMs, verdict, validity } = record;
  return {
    runId,
    name,
    regions: Object.keys(shards),
    createdAtEpochMs,
    ...(verdict !== undefined && { verdict }),
    ...(validity !== undefined && { validity }),
  };
}

/** Undefined for what nobody of ours wrote: other runs are none the worse for it. */
function readRecord(text: string): StoredRecord | undefined {
  const record = jsonOf(text) as Partial<StoredRecord> | null | undefined;
  const isOurs = typeof record?.shards === 'object' && record.shards !== null && Array.isArray(record.notes);
  return isOurs ? (record as StoredRecord) : undefined;
}
