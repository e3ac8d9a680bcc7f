import { open, readFile, stat } from 'node:fs/promises';
import { TokenstormError, suggestion } from '@tokenstorm/core';
import type { Environment, Report } from '@tokenstorm/core';
import { localNames, resolveLocalRun } from '../history/resolve-run.ts';
import type { ResolvedRun } from '../history/resolve-run.ts';
import { reasonOf } from './export-file.ts';
import { remoteReport } from './remote-report.ts';
import { snapshotSchema } from './snapshot-line.ts';
import { runsFolder, storedParts } from './snapshot-store.ts';

/** What an argument of `tokenstorm report` turned out to be. */
export type FoundRun = { readonly kind: 'snapshots'; readonly path: string } | ReportFound;

/** A report, by the path of its file or, of a run over Redis, by its id; then with what decides on its exit code. */
export interface ReportFound {
  readonly kind: 'report';
  readonly path: string;
  readonly report: Report;
  readonly onInvalid?: 'fail' | 'warn';
  readonly failOn?: 'invalid' | 'suspect';
}

const newestNamed = 3;

/**
 * Finds what is meant by each of these: a file that exists, or else a run of this machine (its id, the beginning of only one, `latest`,
 * or a tag), or else, where its address is given, one in Redis. `latest` is the newest of both. Rejects with one `E_FILE` that names
 * all that are none of these.
 */
export async function findRuns(
  names: readonly string[],
  environment: Environment,
  redisUrl?: string,
): Promise<readonly FoundRun[]> {
  const found: FoundRun[] = [];
  const problems: TokenstormError[] = [];
  for (const name of names) {
    try {
      found.push(...(await findRun(name, { environment, redisUrl, isAlone: names.length === 1 })));
    } catch (cause) {
      if (!(cause instanceof TokenstormError)) throw cause;
      problems.push(cause);
    }
  }
  if (problems.length <= 1) {
    if (problems[0] !== undefined) throw problems[0];
    return found;
  }
  const hint = problems.find((problem) => problem.hint !== undefined)?.hint;
  throw new TokenstormError('E_FILE', problems.map(({ message }) => message).join('\n'), {
    ...(hint !== undefined && { hint }),
  });
}

interface Search {
  readonly environment: Environment;
  readonly redisUrl: string | undefined;
  /** Only one run is asked for: nothing has to be merged. */
  readonly isAlone: boolean;
}

async function findRun(name: string, search: Search): Promise<readonly FoundRun[]> {
  const { environment, redisUrl } = search;
  if (await exists(name)) return [await readRun(name)];
  const local = await resolveLocalRun(name, environment);
  const remote = redisUrl === undefined ? undefined : await remoteInstead(redisUrl, name, local);
  if (remote !== undefined) return [remote];
  if (local === undefined) throw await unknown(name, environment);
  return await localRun(local, search);
}

/** Redis is asked for what this machine does not know, and for what has happened last. */
async function remoteInstead(
  redisUrl: string,
  name: string,
  local: ResolvedRun | undefined,
): Promise<FoundRun | undefined> {
  if (local !== undefined && name !== 'latest') return undefined;
  const remote = await remoteReport(redisUrl, name, local?.id);
  if (remote === undefined) return undefined;
  const { runId, ...report } = remote;
  return { kind: 'report', path: runId, ...report };
}

/** The report as it was at the run's end, or the snapshots that one over several runs can be made from. */
async function localRun({ id, kept }: ResolvedRun, search: Search): Promise<readonly FoundRun[]> {
  const stored = search.isAlone && kept !== undefined ? [] : await storedParts(search.environment, id);
  if (stored.length > 0 || kept === undefined) return Promise.all(stored.map(readRun));
  const { report, allowInvalid, failOn } = kept;
  return [{ kind: 'report', path: id, report, onInvalid: allowInvalid ? 'warn' : 'fail', failOn }];
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function readRun(path: string): Promise<FoundRun> {
  try {
    if (await startsLikeSnapshots(path)) return { kind: 'snapshots', path };
    return { kind: 'report', path, report: reportIn(await readFile(path, 'utf8'), path) };
  } catch (cause) {
    if (cause instanceof TokenstormError) throw cause;
    throw new TokenstormError('E_FILE', `cannot read ${path}: ${reasonOf(cause)}`, { cause });
  }
}

/** Whatever its version is: the reader of logs says what is wrong with that. */
async function startsLikeSnapshots(path: string): Promise<boolean> {
  const start = `{"schema":"${snapshotSchema.replace(/\d+$/, '')}`;
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(start.length), 0, start.length, 0);
    return buffer.toString('utf8', 0, bytesRead) === start;
  } finally {
    await handle.close();
  }
}

function reportIn(text: string, path: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw neither(path);
  }
  const { schema } = (typeof value === 'object' && value !== null ? value : {}) as { schema?: unknown };
  if (schema === 'tokenstorm.report/1') return value as Report;
  if (typeof schema === 'string' && schema.startsWith('tokenstorm.report/')) {
    throw new TokenstormError('E_FILE', `${path} is a report of another version: ${schema}`);
  }
  throw neither(path);
}

function neither(path: string): TokenstormError {
  return new TokenstormError('E_FILE', `${path} is neither a snapshot log nor a report`, {
    hint: 'A snapshot log is RUN.snapshots.jsonl; a report is what --json prints and --output writes.',
  });
}

async function unknown(name: string, environment: Environment): Promise<TokenstormError> {
  const { ids, tags } = await localNames(environment);
  if (name.startsWith('@')) {
    const hint = tags.length === 0 ? 'tokenstorm runs tag RUN TAG gives one.' : `Tags: ${tags.join(', ')}.`;
    return new TokenstormError('E_FILE', `no run has the tag ${name.slice(1)}`, { hint });
  }
  const meant = suggestion(name, tags);
  const newest = ids.slice(0, newestNamed).join(', ');
  const hint = ids.length === 0 ? 'There are no runs in it.' : `The latest runs in it: ${newest}.`;
  return new TokenstormError('E_FILE', `${name} is neither a file nor a run in ${runsFolder(environment)}`, {
    hint: meant === undefined ? hint : `did you mean the tag \`${meant}\`? ${hint}`,
  });
}
