import { didYouMean, isFileFormat, isReportFormat, reportFormats, unknownVariables } from '@tokenstorm/core';
import type { Environment, ExportTarget } from '@tokenstorm/core';
import { defined } from './defined.ts';
import { FlagValues } from './flag-values.ts';
import { givenRedisUrl } from './read-distributed.ts';
import { readInfluxReport } from './read-influx-report.ts';
import type { InfluxReportRequest } from './read-influx-report.ts';
import { readExports } from './read-judgement.ts';

/** What `tokenstorm report` was asked to do. */
export interface ReportOptions {
  /** At least one, but for a report from InfluxDB: a snapshot log or report by its path, or the id of a run in the store or in Redis. */
  readonly runs: readonly string[];
  readonly json: boolean;
  readonly color: boolean;
  readonly exports: readonly ExportTarget[];
  /** False: a file that is there is refused, not replaced. Undefined: replaced. */
  readonly clobber?: boolean;
  /** Tell GitHub Actions of the run; undefined: no. */
  readonly github?: boolean;
  readonly allowInvalid: boolean;
  /** Where runs are looked for that are neither a file nor in the store; undefined: nowhere. */
  readonly redisUrl?: string;
  /** Make it from what is there. */
  readonly influx?: InfluxReportRequest;
  /** Undefined: what the run was started with. */
  readonly failOn?: 'invalid' | 'suspect';
}

/** The options of `tokenstorm report` from what commander parsed. Throws one `E_USAGE` error that names every problem. */
export function readReportOptions(
  runs: readonly string[],
  parsed: Readonly<Record<string, unknown>>,
  environment: Environment = process.env,
): ReportOptions {
  const values = new FlagValues(parsed);
  const influx = readInfluxReport(values, runs, environment);
  if (influx === undefined && runs.length === 0)
    values.problem("missing required argument 'RUN': a snapshot log, a report, or the id of a run");
  const options: ReportOptions = {
    runs,
    json: values.switchValue('--json') === true,
    color: values.switchValue('--no-color') !== false,
    exports: readReportExports(values),
    allowInvalid: values.switchValue('--allow-invalid') === true,
    ...defined({
      failOn: values.oneOf('--fail-on', ['invalid', 'suspect']),
      redisUrl: givenRedisUrl(values, environment),
      clobber: values.switchValue('--no-clobber'),
      github: values.switchValue('--github'),
      influx,
    }),
  };
  values.assertValid();
  return options;
}

/** The files that a report goes to. Notes what is asked for that no report has. */
export function readReportExports(values: FlagValues): readonly ExportTarget[] {
  return readExports(values).flatMap(({ format, path, origin }) => {
    const asked = `${origin} ${origin === '--export' ? `${format}=${path}` : path}`;
    for (const { message, hint } of unknownVariables(path))
      values.problem(`${asked}: ${message}${hint === undefined ? '' : ` (${hint})`}`);
    if (isReportFormat(format)) return [{ format, path }];
    values.problem(`${asked}: ${whyNot(format)}`);
    return [];
  });
}

function whyNot(format: string): string {
  const formats = reportFormats.join(', ');
  if (!isFileFormat(format)) return `no format of a report (${didYouMean(format, reportFormats) ?? formats})`;
  return `it has a line for each request, which only the run itself can write (tokenstorm run --export ${format}=…); a report is exported as ${formats}`;
}
