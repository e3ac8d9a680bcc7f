import type { DatabaseSync } from 'node:sqlite';

/** Version of the tables below, in the file's `user_version`. */
export const historyVersion = 1;

const tables = `
create table runs (
  id text primary key,
  name text not null,
  started_at text not null,
  duration_s real not null,
  mode text not null,
  regions text not null,
  workers integer not null,
  version text not null,
  verdict text not null,
  validity text not null,
  requests integer not null,
  error_ratio real,
  ttft_p50_ms real,
  ttft_p95_ms real,
  ttft_p99_ms real,
  e2e_p95_ms real,
  output_tokens_per_second real,
  cost_usd real,
  scenario_hash text not null,
  git_commit text,
  on_invalid text not null,
  fail_on text not null,
  report blob not null
) strict;
create index runs_by_start on runs (started_at);
create table tags (
  run_id text not null references runs (id) on delete cascade,
  tag text not null,
  tagged_at integer not null,
  primary key (run_id, tag)
) strict;
create table forgotten (
  run_id text primary key,
  forgotten_at integer not null
) strict;
`;

/** Makes the tables in a new file. Returns the version that the file has. */
export function prepareTables(database: DatabaseSync): number {
  // Readers and writers do not wait for each other.
  database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on');
  if (versionOf(database) > 0) return versionOf(database);
  database.exec('begin immediate');
  try {
    // Another process may have been quicker.
    if (versionOf(database) === 0) database.exec(`${tables}; pragma user_version = ${historyVersion}`);
    database.exec('commit');
  } catch (error) {
    database.exec('rollback');
    throw error;
  }
  return versionOf(database);
}

function versionOf(database: DatabaseSync): number {
  const row = database.prepare('pragma user_version').get() as { user_version: number };
  return row.user_version;
}
