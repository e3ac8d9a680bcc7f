import type { InfluxTarget } from '@tokenstorm/aggregator';
import { parseInfluxUrl } from '@tokenstorm/aggregator';
import {
  TokenstormError,
  missingNames,
  parseThreshold as checkThreshold,
  resolveReferences,
} from '@tokenstorm/core';
import type { Environment } from '@tokenstorm/core';
import { callMetrics } from '../monitor/monitored-call.ts';
import { defined } from './defined.ts';
import { flagKey } from './flag.ts';
import { FlagValues } from './flag-values.ts';
import { monitorRequestFlags } from './monitor-flags.ts';
import { targetOf } from './read-benchmark-options.ts';
import type { BenchmarkRun } from './read-benchmark-options.ts';
import { readRunOptions } from './read-run-options.ts';
import type { RunOptions } from './run-options.ts';
import { durationMs, textOr } from './service-options.ts';
import { parseThreshold } from './threshold-flag.ts';

/** What `tokenstorm monitor` was asked to do. */
export interface MonitorOptions {
  /** How its requests are made: those of a run whose load is not used. */
  readonly run: RunOptions;
  /** A prompt is given, or a file that may have one. */
  readonly hasPrompt: boolean;
  /** What only the user can say, and has not. */
  readonly asksFor: BenchmarkRun['asksFor'];
  /** Undefined: it sends what is typed. */
  readonly everyMs?: number;
  readonly count?: number;
  readonly durationMs?: number;
  readonly alerts: readonly AlertFlag[];
  readonly alertWindowMs: number;
  readonly alertLeastCalls: number;
  /** With the secrets that may be in it. */
  readonly webhook?: string;
  readonly exitOnAlert: boolean;
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

/** What must hold, as a threshold. */
export interface AlertFlag {
  readonly metric: string;
  readonly expression: string;
}

/** What an unattended monitor asks where nobody says it: short, and long enough to time tokens. */
const defaultPrompt = 'Count from one to twenty in words.';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const limits = { every: { min: 100, max: dayMs }, window: { min: 1000, max: dayMs } };
const defaults = { alertWindowMs: 300_000, alertLeastCalls: 3, summaryEveryMs: 300_000 };

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

function readAlerts(
  values: FlagValues,
  environment: Environment,
): Pick<MonitorOptions, 'alerts' | 'alertWindowMs' | 'alertLeastCalls' | 'webhook' | 'exitOnAlert'> {
  const alerts = values.all('--alert').flatMap((text) => readAlert(text, values) ?? []);
  for (const name of ['--webhook', '--exit-on-alert', '--alert-window', '--alert-min-calls'] as const)
    if (values.isGiven(name) && !values.isGiven('--alert')) values.problem(`${name} needs --alert`);
  return {
    alerts,
    alertWindowMs: durationMs(values, '--alert-window', limits.window) ?? defaults.alertWindowMs,
    alertLeastCalls:
      values.number('--alert-min-calls', { min: 1, integer: true }) ?? defaults.alertLeastCalls,
    exitOnAlert: values.switchValue('--exit-on-alert') === true,
    ...defined({ webhook: readWebhook(values, environment) }),
  };
}

function readAlert(text: string, values: FlagValues): AlertFlag | undefined {
  const threshold = parseThreshold(text);
  if (threshold === undefined)
    return values.problem(`--alert ${text}: expected metric: condition, such as 'ttft: p(95) < 2s'`);
  const { metric, expression } = threshold;
  try {
    const { definition } = checkThreshold(metric, expression);
    if (definition.kind === 'trend' && !callMetrics.includes(definition.name))
      return values.problem(`--alert ${text}: single gaps between tokens are not kept; use tpot`);
    return { metric, expression };
  } catch (cause) {
    if (!(cause instanceof TokenstormError)) throw cause;
    return values.problem(`--alert ${text}: ${cause.message} ${cause.hint ?? ''}`.trim());
  }
}

/** Not repeated in messages: all of it may be a secret. */
function readWebhook(values: FlagValues, environment: Environment): string | undefined {
  const variable = values.all('--alert').length > 0 ? environment['TOKENSTORM_WEBHOOK_URL'] : undefined;
  const text = textOr(values, '--webhook', variable);
  if (text === undefined) return undefined;
  const missing = missingNames(text, environment);
  if (missing.length > 0) return values.problem(`--webhook: ${missing.join(', ')} is not set`);
  const url = resolveReferences(text, environment);
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  return values.problem('--webhook: expected an http or https URL');
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
    summaryEveryMs: durationMs(values, '--summary-every', limits.window) ?? defaults.summaryEveryMs,
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
