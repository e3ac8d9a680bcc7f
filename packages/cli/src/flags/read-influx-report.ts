import type { Environment } from '@tokenstorm/core';
import type { StoredRange, StoredSelection } from '@tokenstorm/aggregator';
import { defined } from './defined.ts';
import type { FlagValues } from './flag-values.ts';
import { influxReportFlags } from './influx-report-flags.ts';
import { durationMs } from './service-options.ts';

/** Which report to make from what is in InfluxDB. */
export interface InfluxReportRequest {
  readonly url: string;
  /** Undefined: that of the URL, or the default. */
  readonly database?: string;
  /** Ids, each once. None: the runs there are. */
  readonly runs: readonly string[];
  readonly selection: StoredSelection;
  /** Undefined: the whole run. */
  readonly range?: StoredRange;
}

/** What is asked of InfluxDB; undefined where nothing is. `runs` are those named without a flag. Notes every problem. */
export function readInfluxReport(
  values: FlagValues,
  runs: readonly string[],
  environment: Environment,
): InfluxReportRequest | undefined {
  if (!values.isGiven('--from-influx')) {
    for (const { name } of influxReportFlags)
      if (values.isGiven(name)) values.problem(`${name} needs --from-influx`);
    return undefined;
  }
  const url = values.text('--from-influx') || environment['TOKENSTORM_INFLUX_URL'];
  if (!url) values.problem('--from-influx: no URL is given, and TOKENSTORM_INFLUX_URL is not set');
  return {
    url: url ?? '',
    runs: [...new Set([...runs, ...values.all('--run')])],
    selection: defined({
      region: someOf(values, '--region'),
      scenario: someOf(values, '--scenario'),
      model: someOf(values, '--model'),
    }),
    ...defined({ database: values.text('--influx-database'), range: readRange(values) }),
  };
}

function someOf(
  values: FlagValues,
  name: '--region' | '--scenario' | '--model',
): readonly string[] | undefined {
  const all = values.all(name);
  return all.length === 0 ? undefined : all;
}

function readRange(values: FlagValues): StoredRange | undefined {
  const fromMs = durationMs(values, '--from', {});
  const toMs = durationMs(values, '--to', {});
  if (fromMs === undefined && toMs === undefined) return undefined;
  const range = { fromMs: fromMs ?? 0, toMs: toMs ?? Infinity };
  if (range.fromMs >= range.toMs) values.problem('--to is not after --from');
  return range;
}
