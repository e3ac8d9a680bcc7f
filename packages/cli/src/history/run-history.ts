import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Report } from '@tokenstorm/core';
import type { RunSummary } from './run-summary.ts';

/** Runs that are kept without a tag; those before go when one is added. */
const mostUntagged = 1000;
/** Redis has forgotten a run by then itself. */
const forgottenMs = 30 * 24 * 3600 * 1000;

/** From which validity on a run's exit code tells of it. */
export interface Judgement {
  readonly allowInvalid: boolean;
  readonly failOn: 'invalid' | 'suspect';
}

/** A run in the history, with its tags in the order of the alphabet. */
export interface TaggedRun extends RunSummary {
  readonly tags: readonly string[];
}

/** A report as it was when its run ended. */
export interface KeptReport extends Judgement {
  readonly report: Report;
}

/** The reports of runs that ended, in a database that several processes may use at once. */
export class RunHistory implements Disposable {
  readonly #database: DatabaseSync;

  /** `database` has the tables; it is closed with this. */
  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Remembers a run; one of the same id is replaced, its tags and a commit that is known of it stay. */
  record(summary: RunSummary, { report, allowInvalid, failOn }: KeptReport): void {
    const row: Record<string, SQLInputValue> = {
      ...summary,
      regions: JSON.stringify(summary.regions),
      on_invalid: allowInvalid ? 'warn' : 'fail',
      fail_on: failOn,
      report: gzipSync(JSON.stringify(report)),
    };
    const names = Object.keys(row);
    const changes = names.filter((name) => name !== 'id').map((name) => `${name} = ${renewed(name)}`);
    this.#together(() => {
      this.#database
        .prepare(
          `insert into runs (${names.join(', ')}) values (${names.map((name) => `:${name}`).join(', ')})
           on conflict (id) do update set ${changes.join(', ')}`,
        )
        .run(row);
      this.#database.prepare('delete from forgotten where run_id = ?').run(summary.id);
      this.#database
        .prepare(
          `delete from runs where id in (select id from runs where id not in (select run_id from tags)
           order by started_at desc limit -1 offset ?)`,
        )
        .run(mostUntagged);
    });
  }

  /** All runs, the newest first. */
  list(): readonly TaggedRun[] {
    const rows = this.#database
      .prepare(
        `select id, name, started_at, duration_s, mode, regions, workers, version, verdict, validity, requests,
         error_ratio, ttft_p50_ms, ttft_p95_ms, ttft_p99_ms, e2e_p95_ms, output_tokens_per_second, cost_usd,
         scenario_hash, git_commit,
         (select json_group_array(tag) from (select tag from tags where run_id = id order by tag)) as tags
         from runs order by started_at desc, id desc`,
      )
      .all() as unknown as (Omit<TaggedRun, 'regions' | 'tags'> & { regions: string; tags: string })[];
    return rows.map((row) => ({
      ...row,
      regions: JSON.parse(row.regions) as string[],
      tags: JSON.parse(row.tags) as string[],
    }));
  }

  /** A run's report; undefined where the run is not known. */
  report(id: string): KeptReport | undefined {
    const row = this.#database
      .prepare('select report, on_invalid, fail_on from runs where id = ?')
      .get(id) as { report: Uint8Array; on_invalid: string; fail_on: Judgement['failOn'] } | undefined;
    if (row === undefined) return undefined;
    const report = JSON.parse(gunzipSync(row.report).toString('utf8')) as Report;
    return { report, allowInvalid: row.on_invalid === 'warn', failOn: row.fail_on };
  }

  /** The run that got a tag last; undefined where none has it. */
  tagged(tag: string): string | undefined {
    const row = this.#database
      .prepare('select run_id from tags where tag = ? order by tagged_at desc, rowid desc limit 1')
      .get(tag) as { run_id: string } | undefined;
    return row?.run_id;
  }

  /** Tags a run: one that it has already counts as the latest of its name from now on. */
  tag(id: string, tags: readonly string[], nowEpochMs: number): void {
    const insert = this.#database.prepare(
      'insert into tags (run_id, tag, tagged_at) values (?, ?, ?) on conflict do update set tagged_at = excluded.tagged_at',
    );
    this.#together(() => {
      for (const tag of tags) insert.run(id, tag, Math.round(nowEpochMs));
    });
  }

  /** Takes tags away from a run. Returns those that it had. */
  untag(id: string, tags: readonly string[]): readonly string[] {
    const remove = this.#database.prepare('delete from tags where run_id = ? and tag = ?');
    return this.#together(() => tags.filter((tag) => remove.run(id, tag).changes > 0));
  }

  /** Deletes runs with their tags. They do not come back with the next look at Redis. */
  delete(ids: readonly string[], nowEpochMs: number): void {
    const remove = this.#database.prepare('delete from runs where id = ?');
    const forget = this.#database.prepare(
      'insert or replace into forgotten (run_id, forgotten_at) values (?, ?)',
    );
    this.#together(() => {
      for (const id of ids) if (remove.run(id).changes > 0) forget.run(id, Math.round(nowEpochMs));
      this.#database
        .prepare('delete from forgotten where forgotten_at < ?')
        .run(Math.round(nowEpochMs - forgottenMs));
    });
  }

  /** Whether a run is known, or was and has been deleted. */
  hasSeen(id: string): boolean {
    return ['select 1 from runs where id = ?', 'select 1 from forgotten where run_id = ?'].some(
      (query) => this.#database.prepare(query).get(id) !== undefined,
    );
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #together<T>(change: () => T): T {
    this.#database.exec('begin immediate');
    try {
      const result = change();
      this.#database.exec('commit');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('rollback');
      throw error;
    }
  }
}

function renewed(name: string): string {
  return name === 'git_commit' ? 'coalesce(git_commit, excluded.git_commit)' : `excluded.${name}`;
}
