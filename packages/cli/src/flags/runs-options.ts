import type { Environment, ExportTarget } from '@tokenstorm/core';
import { defined } from './defined.ts';
import { FlagValues } from './flag-values.ts';
import { readProgress } from './read-progress.ts';
import { readGiveUp, readRedisUrl } from './read-distributed.ts';
import { readReportExports } from './report-options.ts';
import type { RunOptions } from './run-options.ts';

type Parsed = Readonly<Record<string, unknown>>;

/** What `tokenstorm attach` was asked to do. */
export interface AttachOptions extends Pick<RunOptions, 'json' | 'color' | 'progress'> {
  /** An id, the beginning of one, or `latest`. */
  readonly run: string;
  readonly redisUrl: string;
  readonly exports: readonly ExportTarget[];
  readonly allowInvalid: boolean;
  /** Redis away for so long is gone for good. */
  readonly giveUpMs: number;
  /** Undefined: what the run was started with. */
  readonly failOn?: 'invalid' | 'suspect';
}

/** What `tokenstorm stop` was asked to do. */
export interface StopOptions {
  readonly run: string;
  readonly redisUrl: string;
  /** Cancel what is under way. */
  readonly now: boolean;
}

/** What `tokenstorm runs` was asked to do. */
export interface RunsOptions {
  readonly redisUrl: string;
  readonly json: boolean;
  readonly color: boolean;
}

/** The options of `tokenstorm attach` from what commander parsed. Throws one `E_USAGE` error that names every problem. */
export function readAttachOptions(run: string, parsed: Parsed, environment: Environment): AttachOptions {
  const values = new FlagValues(parsed);
  const options: AttachOptions = {
    run,
    redisUrl: readRedisUrl(values, environment) ?? '',
    json: values.switchValue('--json') === true,
    color: values.switchValue('--no-color') !== false,
    progress: readProgress(values),
    giveUpMs: readGiveUp(values),
    exports: readReportExports(values),
    allowInvalid: values.switchValue('--allow-invalid') === true,
    ...defined({ failOn: values.oneOf('--fail-on', ['invalid', 'suspect']) }),
  };
  values.assertValid();
  return options;
}

/** The same for `tokenstorm stop`. */
export function readStopOptions(run: string, parsed: Parsed, environment: Environment): StopOptions {
  const values = new FlagValues(parsed);
  const redisUrl = readRedisUrl(values, environment) ?? '';
  values.assertValid();
  return { run, redisUrl, now: values.switchValue('--now') === true };
}

/** The same for `tokenstorm runs`. */
export function readRunsOptions(parsed: Parsed, environment: Environment): RunsOptions {
  const values = new FlagValues(parsed);
  const redisUrl = readRedisUrl(values, environment) ?? '';
  values.assertValid();
  return {
    redisUrl,
    json: values.switchValue('--json') === true,
    color: values.switchValue('--no-color') !== false,
  };
}
