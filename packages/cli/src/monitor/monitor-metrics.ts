import { wallNowMs } from '@tokenstorm/transport';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { addProcessMetrics } from '../serve/worker-metrics.ts';
import type { Alert } from './alert.ts';
import type { MonitoredCall } from './monitored-call.ts';

const seconds = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 20, 30, 60, 120];
const perSecond = [5, 10, 25, 50, 75, 100, 150, 200, 300, 500];
const labelNames = ['provider', 'model'];
const name = (rest: string) => `tokenstorm_monitor_${rest}`;

/** What `/metrics` of a monitor shows, by the names in docs/monitor.md. Counts are those since its start. */
export class MonitorMetrics {
  readonly #registry = new Registry();
  readonly #startedAtEpochMs = wallNowMs();
  readonly #calls = this.#counter('calls_total', 'Calls that ended, by outcome', ['outcome']);
  readonly #errors = this.#counter('errors_total', 'Failed calls, by kind', ['kind']);
  readonly #tokens = this.#counter('tokens_total', 'Tokens of completed calls', ['direction']);
  readonly #cost = this.#counter('cost_usd_total', 'Cost of completed calls whose price is known', []);
  readonly #missed = this.#counter('missed_calls_total', 'Calls that were due and not made', []);
  readonly #ttft = this.#histogram('ttft_seconds', 'Time to first token', seconds);
  readonly #total = this.#histogram('total_seconds', 'Time to the last token', seconds);
  readonly #speed = this.#histogram(
    'output_tokens_per_second',
    'Output tokens per second of an answer after its first token',
    perSecond,
  );
  readonly #lastSuccess = this.#gauge(
    'last_success_timestamp_seconds',
    'When the last call that succeeded was sent, since the Unix epoch',
    labelNames,
  );
  readonly #up = this.#gauge(
    'up',
    '0 while the target is out: two failed calls in a row or more',
    labelNames,
  );
  readonly #firing = this.#gauge('alert_firing', '1 while the alert fires', ['alert']);

  /** Takes a call that ended. */
  observe(call: MonitoredCall, isOut: boolean): void {
    const labels = { provider: call.provider, model: call.model };
    this.#calls.inc({ ...labels, outcome: call.outcome });
    this.#up.set(labels, isOut ? 0 : 1);
    if (call.error !== null) this.#errors.inc({ ...labels, kind: call.error });
    if (call.outcome !== 'completed') return;
    this.#lastSuccess.set(labels, Date.parse(call.at) / 1000);
    this.#tokens.inc({ ...labels, direction: 'input' }, call.input_tokens ?? 0);
    this.#tokens.inc({ ...labels, direction: 'output' }, call.output_tokens ?? 0);
    if (call.cost_usd !== null) this.#cost.inc(labels, call.cost_usd);
    const { ttft, e2e, output_tokens_per_second: speed } = call.metrics;
    if (ttft !== undefined) this.#ttft.observe(labels, ttft / 1000);
    if (e2e !== undefined) this.#total.observe(labels, e2e / 1000);
    if (speed !== undefined) this.#speed.observe(labels, speed);
  }

  missed(labels: { readonly provider: string; readonly model: string }, count: number): void {
    this.#missed.inc({ provider: labels.provider, model: labels.model }, count);
  }

  alerts(alerts: readonly Alert[]): void {
    for (const { rule, state } of alerts) this.#firing.set({ alert: rule.name }, state === 'firing' ? 1 : 0);
  }

  /** In the text format of Prometheus. */
  async text(): Promise<string> {
    const process = new Registry();
    const { user, system } = globalThis.process.cpuUsage();
    addProcessMetrics(process, {
      cpuSeconds: (user + system) / 1e6,
      rssBytes: globalThis.process.memoryUsage.rss(),
      startedAtEpochMs: this.#startedAtEpochMs,
    });
    return `${await this.#registry.metrics()}\n${await process.metrics()}`;
  }

  #counter(rest: string, help: string, labels: readonly string[]) {
    return new Counter({
      name: name(rest),
      help,
      labelNames: [...labelNames, ...labels],
      registers: [this.#registry],
    });
  }

  #gauge(rest: string, help: string, labels: readonly string[]) {
    return new Gauge({ name: name(rest), help, labelNames: [...labels], registers: [this.#registry] });
  }

  #histogram(rest: string, help: string, buckets: number[]) {
    return new Histogram({ name: name(rest), help, labelNames, buckets, registers: [this.#registry] });
  }
}
