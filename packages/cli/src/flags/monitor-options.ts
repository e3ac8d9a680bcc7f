import type { InfluxTarget } from '@tokenstorm/aggregator';
import { parseInfluxUrl } from '@tokenstorm/aggregator';
import { TokenstormError, missingNames, resolveReferences } from '@tokenstorm/core';
import type { Environment } from '@tokenstorm/core';
import { defined } from './defined.ts';
import { flagKey } from './flag.ts';
import { FlagValues } from './flag-values.ts';
import { monitorRequestFlags } from './monitor-flags.ts';
import { readAlerts } from './read-alerts.ts';
import type { AlertOptions } from './read-alerts.ts';
import { readRunOptions } from './read-run-options.ts';
import type { RunOptions } from './run-options.ts';
import { durationMs, textOr } from './service-options.ts';
import { targetOf } from './target-or-question.ts';
import type { TargetQuestion } from './target-or-question.ts';

/** What `tokenstorm monitor` was asked to do. */
export interface MonitorOptions extends AlertOptions {
  /** How its requests are made: those of a run whose load is not used. */
  readonly run: RunOptions;
  /** A prompt is given, or a file that may have one. */
  readonly hasPrompt: boolean;
  /** What only the user can say, and has not. */
  readonly asksFor: readonly TargetQuestion[];
  /** Undefined: it sends what is typed. */
  readonly everyMs?: number;
  readonly count?: number;
  readonly durationMs?: number;
  readonly influx?: InfluxTarget;
  readonly port?: number;
  readonly folder: string;
  /** The file of calls, or false for no files at all. */
  readonly state?: string | false;
  readonly name?: string;
  readonly summaryEveryMs: number;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** What an unattended monitor asks where nobody says it: short, and long enough to time tokens. */
const defaultPrompt = 'Count from one to twenty in words.';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const limits = { every: { min: 100, max: dayMs }, summaryEvery: { min: 1000, max: dayMs } };
const defaultSummaryMs = 300_000;

/** The options of `tokenstorm monitor` from what commander parsed. Throws one `E_USAGE` error that names every problem. */
export function readMonitorOptions(
  file: string | undefined,
  parsed: Readonly<Record<string, unknown>>,
  environment: Environment,
): MonitorOptions {
  const values = new FlagValues(parsed);
  const config = readFile(file, values);
  const options = {
    ...readSchedule(values),
    ...readAlerts(values, environment),
    ...readOutput(values, environment),
  };
  values.assertValid();
  const target = config === undefined ? targetOf(values, environment) : { values: {}, asksFor: [] };
  const run = readRunOptions(config, { ...requestValues(parsed), ...target.values }, environment);
  const { scenario } = run;
  const hasPrompt = scenario.prompt !== undefined || scenario.inputFile !== undefined || config !== undefined;
  const { asksFor } = target;
  return { ...options, hasPrompt, asksFor, run: config === undefined ? singleRequest(run, hasPrompt) : run };
}

function readFile(file: string | undefined, values: FlagValues): string | undefined {
  const config = values.text('--config');
  if (file !== undefined && config !== undefined) values.problem('FILE and --config: choose one');
  return file ?? config;
}

/** A monitor has no load: without a file the scenario still needs one to be whole. */
function singleRequest(run: RunOptions, hasPrompt: boolean): RunOptions {
  const prompt = hasPrompt ? {} : { prompt: defaultPrompt };
  return { ...run, scenario: { ...run.scenario, ...prompt, concurrency: 1, requestCount: 1 } };
}

function requestValues(parsed: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const keys = new Set(monitorRequestFlags.map(({ name }) => flagKey(name)));
  return Object.fromEntries(Object.entries(parsed).filter(([key]) => keys.has(key)));
}

function readSchedule(values: FlagValues): Pick<MonitorOptions, 'everyMs' | 'count' | 'durationMs'> {
  const schedule = defined({
    everyMs: durationMs(values, '--every', limits.every),
    count: values.number('--count', { min: 1, integer: true }),
    durationMs: durationMs(values, '--duration', { min: 1 }),
  });
  if (values.isGiven('--every')) return schedule;
  const unattended = [
    '--count',
    '--duration',
    '--alert',
    '--webhook',
    '--exit-on-alert',
    '--influx',
    '--port',
    '--state',
    '--summary-every',
  ] as const;
  for (const name of unattended)
    if (values.isGiven(name)) values.problem(`${name} needs --every, such as --every 30s`);
  return schedule;
}

function readOutput(
  values: FlagValues,
  environment: Environment,
): Pick<
  MonitorOptions,
  'influx' | 'port' | 'folder' | 'state' | 'name' | 'summaryEveryMs' | 'json' | 'quiet' | 'color'
> {
  const noFiles = values.switchValue('--no-files') === false;
  if (noFiles && values.isGiven('--state')) values.problem('--no-files and --state: choose one');
  return {
    folder: textOr(values, '--output-dir', undefined) ?? '.',
    summaryEveryMs: durationMs(values, '--summary-every', limits.summaryEvery) ?? defaultSummaryMs,
    json: values.switchValue('--json') === true,
    quiet: values.switchValue('--quiet') === true,
    color: values.switchValue('--no-color') !== false,
    ...defined({
      influx: readInflux(values, environment),
      port: values.number('--port', { min: 0, max: 65_535, integer: true }),
      state: noFiles ? (false as const) : textOr(values, '--state', undefined),
      name: textOr(values, '--name', undefined),
    }),
  };
}

function readInflux(values: FlagValues, environment: Environment): InfluxTarget | undefined {
  const variable = values.isGiven('--every') ? environment['TOKENSTORM_INFLUX_URL'] : undefined;
  const text = textOr(values, '--influx', variable);
  if (text === undefined) return undefined;
  const missing = missingNames(text, environment);
  if (missing.length > 0) return values.problem(`--influx: ${missing.join(', ')} is not set`);
  try {
    const url = resolveReferences(text, environment);
    parseInfluxUrl(url);
    return { url };
  } catch (cause) {
    if (!(cause instanceof TokenstormError)) throw cause;
    return values.problem(`--influx: ${cause.message} (${cause.hint ?? ''})`);
  }
}
