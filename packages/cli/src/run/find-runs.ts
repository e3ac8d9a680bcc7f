import { open, readFile, stat } from 'node:fs/promises';
import { TokenstormError } from '@tokenstorm/core';
import type { Environment, Report } from '@tokenstorm/core';
import { reasonOf } from './export-file.ts';
import { remoteReport } from './remote-report.ts';
import { snapshotSchema } from './snapshot-line.ts';
import { runsFolder, storedParts, storedRuns } from './snapshot-store.ts';

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
 * Finds what is meant by each of these: a file that exists, or else a run of the store, or else, where its address is given, one in
 * Redis. Rejects with one `E_FILE` that names all that are none of these.
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
      found.push(...(await findRun(name, environment, redisUrl)));
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

async function findRun(
  name: string,
  environment: Environment,
  redisUrl: string | undefined,
): Promise<readonly FoundRun[]> {
  if (await exists(name)) return [await readRun(name)];
  const stored = await storedParts(environment, name);
  if (stored.length > 0) return Promise.all(stored.map(readRun));
  if (redisUrl === undefined) throw await unknown(name, environment);
  const { runId, ...remote } = await remoteReport(redisUrl, name);
  return [{ kind: 'report', path: runId, ...remote }];
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
  const ids = await storedRuns(environment);
  const folder = runsFolder(environment);
  const newest = ids.slice(0, newestNamed).join(', ');
  const hint = ids.length === 0 ? 'There are no runs in it.' : `The latest runs in it: ${newest}.`;
  return new TokenstormError('E_FILE', `${name} is neither a file nor a run in ${folder}`, { hint });
}
