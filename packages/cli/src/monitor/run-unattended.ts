import { join } from 'node:path';
import { pricesOf } from '@tokenstorm/core';
import type { Environment } from '@tokenstorm/core';
import { wallNowMs } from '@tokenstorm/transport';
import type { MonitorOptions } from '../flags/monitor-options.ts';
import { onSignals } from '../run/signals.ts';
import { ServiceEndpoint } from '../serve/service-endpoint.ts';
import { numbered } from '../view/number-text.ts';
import { styleOf, textWidth, wantsColours } from '../view/style.ts';
import { alertRule } from './alert.ts';
import { spanText } from './call-line.ts';
import { CallsFile } from './calls-file.ts';
import type { CallsLine } from './calls-file.ts';
import { HourlyFile } from './hourly-file.ts';
import { MonitorBook } from './monitor-book.ts';
import { MonitorInflux } from './monitor-influx.ts';
import { MonitorMetrics } from './monitor-metrics.ts';
import type { MonitorSession } from './monitor-session.ts';
import { UnattendedMonitor } from './unattended-monitor.ts';
import { UnattendedOutput } from './unattended-output.ts';
import { Webhook } from './webhook.ts';

/** Watches the targets of a session until it is told to end. Returns the exit code. */
export async function runUnattended(
  session: MonitorSession,
  options: MonitorOptions & { readonly everyMs: number },
  environment: Environment,
): Promise<number> {
  const output = outputOf(session, options, environment);
  const { book, restored, calls, hourly } = await openBook(session, options, output);
  await using _calls = calls;
  await using _hourly = hourly;
  const warn = (warning: string) => output.warn(warning);
  await using webhook =
    options.webhook === undefined ? undefined : new Webhook({ url: options.webhook, warn });
  const { influx: target } = options;
  await using influx = target && (await MonitorInflux.open(session.plan, target, wallNowMs(), warn));
  const metrics = options.port === undefined ? undefined : new MonitorMetrics();
  metrics?.alerts(book.alerts);
  await using endpoint = await serve(options.port, book, metrics);
  const monitor = new UnattendedMonitor(
    { session, book, output, calls, hourly, influx, metrics, webhook },
    options,
  );
  using _signals = onSignals([
    () => {
      // Behind the ^C that a terminal shows.
      if (process.stderr.isTTY) process.stderr.write('\n');
      output.note('Ending: a call under way may finish. Once more ends at once.');
      monitor.end();
    },
    () => process.exit(130),
  ]);
  sayStart(session, options, output, { restored, calls, hourly, endpoint });
  void session.doubts(options, environment).then((doubts) => doubts.forEach((doubt) => output.warn(doubt)));
  const exitCode = await monitor.run();
  const waiting = setTimeout(() => output.note('Waiting for InfluxDB, for 30 s at most.'), 1000);
  const unwritten = await influx?.finish();
  clearTimeout(waiting);
  if (unwritten !== undefined) output.warn(unwritten);
  output.windows(book.windows(wallNowMs()));
  const { sent, failed, missed } = monitor.counts;
  output.note(`Ended: ${numbered(sent, 'call')}, ${failed} failed, ${missed} missed.`);
  if (session.isBudgetUsedUp) output.note('The budget is used up.');
  return exitCode;
}

function outputOf(session: MonitorSession, options: MonitorOptions, environment: Environment) {
  const { json, quiet, color } = options;
  return new UnattendedOutput({
    name: session.plan.scenario.name,
    targets: session.targets.map(({ key }) => key),
    json,
    quiet,
    isTerminal: process.stdout.isTTY,
    width: textWidth(process.stdout),
    style: styleOf(color && wantsColours(process.stdout, environment)),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
}

/** The book with what an earlier monitor left in its files. */
async function openBook(session: MonitorSession, options: MonitorOptions, output: UnattendedOutput) {
  const { alerts, alertWindowMs: windowMs, alertLeastCalls: leastCalls, folder, state } = options;
  const book = new MonitorBook({
    alerts: alerts.map((alert) => alertRule(alert, { windowMs, leastCalls })),
    targets: session.targets,
    priceOf: pricesOf(session.plan.scenario.targets),
  });
  if (state === false) return { book, restored: 0, calls: undefined, hourly: undefined };
  const nowMs = wallNowMs();
  let restored = 0;
  const take = (line: CallsLine) => {
    if ('call' in line) {
      book.restore(line, nowMs);
      restored += 1;
    } else book.restoreAlert(line.alert, line.state);
  };
  const stem = join(folder, `${fileName(session.plan.scenario.name)}_monitor`);
  const onFailure = (what: string) => (cause: Error) =>
    output.warn(`${what} cannot be written any more: ${cause.message}`);
  const path = state ?? `${stem}.calls.jsonl`;
  const calls = await CallsFile.open(path, nowMs, take, onFailure(path));
  const hourly = await HourlyFile.open(`${stem}.hourly.jsonl`, onFailure(`${stem}.hourly.jsonl`));
  return { book, restored, calls, hourly };
}

function fileName(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, '_').replace(/^[._]+/, '') || 'monitor';
}

async function serve(port: number | undefined, book: MonitorBook, metrics: MonitorMetrics | undefined) {
  if (port === undefined || metrics === undefined) return undefined;
  return await ServiceEndpoint.start({
    port,
    health: () => ({
      details: { alerts_firing: book.alerts.filter(({ state }) => state === 'firing').length },
    }),
    metrics: () => metrics.text(),
  });
}

interface StartFacts {
  readonly restored: number;
  readonly calls: CallsFile | undefined;
  readonly hourly: HourlyFile | undefined;
  readonly endpoint: ServiceEndpoint | undefined;
}

function sayStart(
  session: MonitorSession,
  { everyMs = 0, alerts, alertWindowMs, hasPrompt, run }: MonitorOptions,
  output: UnattendedOutput,
  { restored, calls, hourly, endpoint }: StartFacts,
): void {
  const targets = session.targets.map(({ key }) => key).join(', ');
  output.note(`Monitoring ${targets} every ${spanText(everyMs)}; Ctrl-C ends it.`);
  if (!hasPrompt)
    output.note(`Asking "${run.scenario.prompt ?? ''}" each time; --prompt asks something else.`);
  for (const warning of session.warnings) output.warn(warning);
  for (const { metric, expression } of alerts)
    output.note(`Alert: ${metric}: ${expression}, over the last ${spanText(alertWindowMs)}.`);
  if (calls !== undefined) output.note(`Calls: ${calls.path}; by hour: ${hourly?.path ?? ''}`);
  if (restored > 0) output.note(`Going on from ${numbered(restored, 'call')} of the last 25 hours.`);
  if (endpoint !== undefined) output.note(`Metrics: http://127.0.0.1:${endpoint.port}/metrics`);
}
