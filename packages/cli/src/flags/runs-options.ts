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
  /** False: a file that is there is refused, not replaced. Undefined: replaced. */
  readonly clobber?: boolean;
  /** Tell GitHub Actions of the run, or not; undefined: where the job runs there. */
  readonly github?: boolean;
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
    ...defined({
      clobber: values.switchValue('--no-clobber'),
      github: values.switchValue('--github'),
      failOn: values.oneOf('--fail-on', ['invalid', 'suspect']),
    }),
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
