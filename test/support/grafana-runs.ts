import { reportOf, tokenstorm } from './command.ts';
import { Fleet } from './fleet.ts';
import { warmupMs } from './generator-history.ts';
import { prices } from './grafana-expected.ts';
import { loggedRun } from './logged-run.ts';
import type { LoggedRun } from './logged-run.ts';
import { simulatorProcess } from './simulator.ts';

/** Two runs with an InfluxDB that holds them. */
export interface StoredRuns extends AsyncDisposable {
  readonly influxUrl: string;
  /** Of a fleet of two workers. */
  readonly run: LoggedRun;
  /** Of one process, which has a rate limit to keep. */
  readonly other: LoggedRun;
}

/**
 * Two runs at once over two regions, two providers, three models and two scenarios, with errors, retries, drops and a warm-up:
 * whatever a panel may show happens in one of them.
 */
export async function storedRuns(): Promise<StoredRuns> {
  await using stack = new AsyncDisposableStack();
  const simulator = stack.use(await simulatorProcess());
  await simulator.setModels({
    small: { ttftMs: 30, itlMs: 3, tokens: 12 },
    large: { ttftMs: 60, itlMs: 5, tokens: 20, faults: { server_error: 0.3, overloaded: 0.2 } },
  });
  const fleet = stack.use(await Fleet.start({ workers: { east: 1, west: 1 }, influx: true }));
  const influxUrl = fleet.influx!.url;
  const path = await fleet.folder.write('limited.json', {
    ...scenario('one process', simulator.url, { limits: { requests_per_minute: 240, burst_seconds: 1 } }),
    output: { export: [{ format: 'influxdb', url: influxUrl }] },
  });
  const words = ['run', path, '--json', '--quiet', '--allow-invalid', '--no-preflight'];
  const distributed = await fleet.run(scenario('fleet', simulator.url));
  const [{ report }, embedded] = await Promise.all([
    distributed.end(),
    tokenstorm(words, { environment: { TOKENSTORM_HOME: fleet.home } }),
  ]);
  const held = stack.move();
  return {
    influxUrl,
    run: loggedRun(fleet.home, report),
    other: loggedRun(fleet.home, reportOf(embedded)),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function scenario(name: string, url: string, second: object = {}): object {
  const server = { type: 'openai-compatible', base_url: url };
  const pricing = (provider: string, models: readonly string[]) =>
    Object.fromEntries(models.map((model) => [model, prices[`${provider}/${model}`]]));
  const own = ['small', 'large'];
  const load = { executor: 'constant-arrival-rate', duration: '11s', warmup: `${warmupMs}ms` };
  return {
    name,
    seed: 7,
    regions: { east: '60%', west: '40%' },
    providers: [
      { ...server, name: 'own', models: own, pricing: pricing('own', own) },
      { ...server, name: 'other', models: ['small'], pricing: pricing('other', ['small']), ...second },
    ],
    defaults: { synthetic: { input_tokens: 24, unique: true }, graceful_stop: '20s', max_in_flight: 8 },
    workload: {
      scenarios: [
        { name: 'chat', providers: ['own', 'other'], rate: 6, ...load },
        { name: 'code', providers: ['own'], rate: 4, ...load },
      ],
    },
    slo: { ttft: '80ms' },
    execution: { on_invalid: 'warn', retry: { max_attempts: 2, initial_backoff_ms: 20, max_backoff_ms: 40 } },
  };
}
