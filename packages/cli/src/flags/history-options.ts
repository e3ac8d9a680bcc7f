import type { Environment } from '@tokenstorm/core';
import { defined } from './defined.ts';
import { FlagValues } from './flag-values.ts';
import { givenRedisUrl, readRedisUrl } from './read-distributed.ts';
import { readTags } from './read-tags.ts';
import { readSince } from './read-since.ts';
import type { Since } from './read-since.ts';
import { durationMs } from './service-options.ts';

type Parsed = Readonly<Record<string, unknown>>;

const defaultListed = 20;
const defaultTrend = 30;
const defaultMetric = 'ttft.p95';

/** What a command under `tokenstorm runs` was asked to do. */
export type RunsOptions =
  | ListOptions
  | TrendOptions
  | PruneOptions
  | (OneRun & { readonly action: 'tag' | 'untag'; readonly tags: readonly string[] })
  | (OneRun & { readonly action: 'delete' });

/** Which runs are meant. */
export interface RunChoice {
  readonly name?: string;
  readonly tag?: string;
  /** So long ago, or from a moment on. */
  readonly since?: Since;
}

interface Looks {
  /** Where else runs are looked for. */
  readonly redisUrl?: string;
}

interface Shown {
  readonly json: boolean;
  readonly color: boolean;
}

export interface ListOptions extends Looks, Shown {
  readonly action: 'list';
  readonly choice: RunChoice;
  readonly limit: number;
}

export interface TrendOptions extends Looks, Shown {
  readonly action: 'trend';
  readonly choice: RunChoice;
  readonly metric: string;
  readonly limit: number;
}

export interface PruneOptions {
  readonly action: 'prune';
  /** At least one of the two is there. */
  readonly keep?: number;
  readonly olderThanMs?: number;
  readonly name?: string;
  readonly tagged: boolean;
  readonly dryRun: boolean;
}

interface OneRun extends Looks {
  /** An id, the beginning of one, `latest` or a tag. */
  readonly run: string;
}

/** The options of `tokenstorm runs` from what commander parsed. Throws one `E_USAGE` error that names every problem. */
export function readListOptions(parsed: Parsed, environment: Environment): ListOptions {
  const values = new FlagValues(parsed);
  const json = values.switchValue('--json') === true;
  const options: ListOptions = {
    action: 'list',
    choice: readChoice(values),
    limit: readLimit(values) ?? (json ? Infinity : defaultListed),
    ...readShown(values),
    ...readPlaces(values, environment),
  };
  values.assertValid();
  return options;
}

/** The same for `tokenstorm runs trend`. */
export function readTrendOptions(parsed: Parsed, environment: Environment): TrendOptions {
  const values = new FlagValues(parsed);
  const options: TrendOptions = {
    action: 'trend',
    choice: readChoice(values),
    metric: values.text('--metric') ?? defaultMetric,
    limit: readLimit(values) ?? defaultTrend,
    ...readShown(values),
    ...readPlaces(values, environment),
  };
  values.assertValid();
  return options;
}

/** The same for `tokenstorm runs prune`. */
export function readPruneOptions(parsed: Parsed): PruneOptions {
  const values = new FlagValues(parsed);
  if (!values.isGiven('--keep') && !values.isGiven('--older-than'))
    values.problem('say which runs may go: --keep N, --older-than TIME, or both');
  const options: PruneOptions = {
    action: 'prune',
    ...defined({
      keep: values.number('--keep', { min: 0, integer: true }),
      olderThanMs: durationMs(values, '--older-than', {}),
      name: values.text('--name'),
    }),
    tagged: values.switchValue('--tagged') === true,
    dryRun: values.switchValue('--dry-run') === true,
  };
  values.assertValid();
  return options;
}

/** The same for the commands that change one run. */
export function readOneRunOptions(
  action: 'tag' | 'untag' | 'delete',
  [run = '', ...tags]: readonly string[],
  parsed: Parsed,
  environment: Environment,
): RunsOptions {
  const values = new FlagValues(parsed);
  const asked = { run, ...readPlaces(values, environment) };
  const options: RunsOptions =
    action === 'delete' ? { action, ...asked } : { action, ...asked, tags: readTags(values, tags) };
  values.assertValid();
  return options;
}

function readChoice(values: FlagValues): RunChoice {
  return defined({
    name: values.text('--name'),
    tag: values.text('--tag')?.replace(/^@/, ''),
    since: readSince(values, '--since'),
  });
}

function readLimit(values: FlagValues): number | undefined {
  return values.number('--limit', { min: 1, integer: true });
}

function readShown(values: FlagValues): Shown {
  return {
    json: values.switchValue('--json') === true,
    color: values.switchValue('--no-color') !== false,
  };
}

/** The environment's address may be left out; the flag alone must find one. */
function readPlaces(values: FlagValues, environment: Environment): Looks {
  const isLocal = values.switchValue('--local') === true;
  if (isLocal && values.isGiven('--redis')) values.problem('--local and --redis: choose one');
  if (isLocal) return {};
  const redisUrl = values.isGiven('--redis')
    ? readRedisUrl(values, environment)
    : givenRedisUrl(values, environment);
  return defined({ redisUrl });
}
