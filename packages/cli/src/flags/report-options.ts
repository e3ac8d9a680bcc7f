import type { ExportTarget } from '@tokenstorm/core';
import { defined } from './defined.ts';
import { FlagValues } from './flag-values.ts';
import { readExports } from './read-judgement.ts';

/** What `tokenstorm report` was asked to do. */
export interface ReportOptions {
  /** At least one: a snapshot log or report by its path, or the id of a run in the store. */
  readonly runs: readonly string[];
  readonly json: boolean;
  readonly color: boolean;
  readonly exports: readonly ExportTarget[];
  readonly allowInvalid: boolean;
  /** Undefined: what the run was started with. */
  readonly failOn?: 'invalid' | 'suspect';
}

/** The options of `tokenstorm report` from what commander parsed. Throws one `E_USAGE` error that names every problem. */
export function readReportOptions(
  runs: readonly string[],
  parsed: Readonly<Record<string, unknown>>,
): ReportOptions {
  const values = new FlagValues(parsed);
  const options: ReportOptions = {
    runs,
    json: values.switchValue('--json') === true,
    color: values.switchValue('--no-color') !== false,
    exports: readExports(values).flatMap(({ format, path }) => {
      if (format === 'json') return [{ format, path } as const];
      values.problem(
        `--export ${format}=${path}: a report is exported as json; requests are written by the run`,
      );
      return [];
    }),
    allowInvalid: values.switchValue('--allow-invalid') === true,
    ...defined({ failOn: values.oneOf('--fail-on', ['invalid', 'suspect']) }),
  };
  values.assertValid();
  return options;
}
