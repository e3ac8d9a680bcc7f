import { existsSync } from 'node:fs';
import {
  TokenstormError,
  comparedFigures,
  figureNamed,
  parsePercent,
  parseRegressionLimit,
} from '@tokenstorm/core';
import type { Environment, RegressionLimit } from '@tokenstorm/core';
import type { DiffRules } from '../diff/compare-sides.ts';
import { defined } from './defined.ts';
import { FlagValues } from './flag-values.ts';
import { splitPair } from './key-value.ts';
import { givenRedisUrl } from './read-distributed.ts';
import { readLimits } from './read-regression.ts';

const labels = ['provider', 'model', 'scenario', 'region'] as const;
const leastConfidence = 0.5;
const formats = ['json', 'markdown'] as const;

/** What `tokenstorm diff` was asked to do. */
export interface DiffOptions extends DiffRules {
  /** Runs of each side, at least one: report or snapshot log by its path, id or tag. */
  readonly base: readonly string[];
  readonly next: readonly string[];
  readonly show: 'text' | 'json' | 'markdown';
  readonly color: boolean;
  readonly exports: readonly DiffExport[];
  /** Where runs are looked for that this machine does not know; undefined: nowhere. */
  readonly redisUrl?: string;
}

/** A file that the comparison is written to. */
export interface DiffExport {
  readonly format: (typeof formats)[number];
  readonly path: string;
}

/** The options of `tokenstorm diff` from what commander parsed. Throws one `E_USAGE` error that names every problem. */
export function readDiffOptions(
  named: readonly string[],
  parsed: Readonly<Record<string, unknown>>,
  environment: Environment = process.env,
): DiffOptions {
  const values = new FlagValues(parsed);
  if (values.isGiven('--json') && values.isGiven('--markdown'))
    values.problem('--json and --markdown: choose one');
  const options: DiffOptions = {
    ...readSides(values, named),
    confidence: readConfidence(values) ?? 0.95,
    limits: readRegressionLimits(values),
    groupBy: readGroups(values),
    allowInvalid: values.switchValue('--allow-invalid') === true,
    show: values.isGiven('--json') ? 'json' : values.isGiven('--markdown') ? 'markdown' : 'text',
    color: values.switchValue('--no-color') !== false,
    exports: readDiffExports(values),
    ...defined({
      figures: readFigures(values),
      failOn: values.oneOf('--fail-on', ['worse', 'cannot-tell']),
      redisUrl: givenRedisUrl(values, environment),
    }),
  };
  if (options.failOn === 'cannot-tell' && options.limits.length === 0)
    values.problem('--fail-on cannot-tell needs a --limit');
  values.assertValid();
  return options;
}

function readSides(values: FlagValues, named: readonly string[]): Pick<DiffOptions, 'base' | 'next'> {
  const [base, next] = [values.all('--base'), values.all('--new')];
  if (base.length + next.length > 0) {
    if (named.length > 0)
      values.problem(`--base and --new take the place of BASE and NEW: ${named.join(' ')}`);
    if (base.length === 0) values.problem('--base is missing');
    if (next.length === 0) values.problem('--new is missing');
    return { base: base.flatMap(runsIn), next: next.flatMap(runsIn) };
  }
  if (named.length !== 2) {
    values.problem(
      `expected 2 runs, BASE and NEW, and got ${named.length}: several of a side go to --base and --new`,
    );
  }
  return { base: runsIn(named[0] ?? ''), next: runsIn(named[1] ?? '') };
}

/** A list with commas, where there is no file of that name. */
function runsIn(text: string): readonly string[] {
  if (existsSync(text)) return [text];
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function readConfidence(values: FlagValues): number | undefined {
  const text = values.text('--confidence');
  if (text === undefined) return undefined;
  const share = parsePercent(text.trim()) ?? Number(text);
  if (share >= leastConfidence && share < 1) return share;
  return values.problem(`--confidence ${text}: expected a share of at least 50% and below 100%, such as 95%`);
}

/** A metric alone means the statistics that people look at. */
function readFigures(values: FlagValues): readonly string[] | undefined {
  const names = values.all('--metric').flatMap((text) => text.split(',').map((name) => name.trim()));
  if (names.length === 0) return undefined;
  return names.flatMap((name) => {
    const usual = ['mean', 'p50', 'p90', 'p95', 'p99'].map((statistic) => `${name}.${statistic}`);
    const all = comparedFigures.filter((figure) => usual.includes(figure.name)).map((figure) => figure.name);
    if (all.length > 0) return all;
    return tried(values, '--metric', () => figureNamed(name).name) ?? [];
  });
}

function readRegressionLimits(values: FlagValues): readonly RegressionLimit[] {
  return readLimits(values, '--limit').flatMap(
    ([metric, text]) => tried(values, '--limit', () => parseRegressionLimit(metric, text)) ?? [],
  );
}

/** What core says of a name or a limit, as a problem of the flag. */
function tried<T>(values: FlagValues, flag: '--metric' | '--limit', read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TokenstormError)) throw error;
    return values.problem(`${flag}: ${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}`);
  }
}

function readGroups(values: FlagValues): DiffOptions['groupBy'] {
  const words = values.all('--group').flatMap((text) => text.split(',').map((word) => word.trim()));
  return [...new Set(words)].flatMap((word) => {
    const label = labels.find((known) => known === word);
    if (label === undefined) values.problem(`--group ${word}: expected ${labels.join(', ')}`);
    return label ?? [];
  });
}

function readDiffExports(values: FlagValues): readonly DiffExport[] {
  return values.all('--export').flatMap((text) => {
    const [name, path = ''] = splitPair(text, '=') ?? [];
    const format = formats.find((known) => known === name);
    if (format !== undefined && path !== '') return [{ format, path }];
    values.problem(`--export ${text}: expected json=path or markdown=path`);
    return [];
  });
}
