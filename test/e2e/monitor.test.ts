import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { readTruth, withoutChecks } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';
import { typedCommand } from '../support/typed-command.ts';

let simulator: SimulatorProcess;

beforeAll(async () => {
  simulator = await simulatorProcess();
});

afterAll(() => simulator.close());

/** What the server did for a model, in order; ms. */
async function servedTo(model: string): Promise<readonly Truth[]> {
  return withoutChecks(await readTruth(simulator.url)).filter(
    (record) => record.model === model && record.stream,
  );
}

interface PerformanceFile {
  readonly generated_at: string;
  readonly statistics: Record<string, number>;
  readonly calls: readonly Record<string, string | number | null>[];
}

describe('tokenstorm monitor, typed at', { timeout: 60_000 }, () => {
  it.concurrent('a terminal: shows answers as they come, and saves what it measured', async () => {
    await using folder = await temporaryFolder();
    const words = ['monitor', '-u', simulator.url, '-m', 'sim-w3', '--name', 'own'];
    await using monitor = typedCommand(words, { cwd: folder.path, isTerminal: true });
    await monitor.until('tokenstorm> ');
    monitor.type('Tell me about lighthouses\r');
    // A part of the answer is there before its end, which is 150 ms after the first token at least.
    const some = await monitor.until('the quick model');
    expect(monitor.printed.slice(some)).not.toContain('TTFT');
    const first = await monitor.until('1 call | 100% succeeded', some);
    await monitor.until('tokenstorm> ', first);
    monitor.type('another one\r');
    const another = await monitor.until('the quick model', first);
    monitor.type('\u0003');
    const cancelled = await monitor.until('2 calls (1 cancelled)', another);
    await monitor.until('tokenstorm> ', cancelled);
    monitor.type('\u001B[A\u001B[A\r');
    const third = await monitor.until('3 calls (1 cancelled)', cancelled);
    monitor.type('stats\rsave\rcsv calls.csv\rcsv calls.csv\r');
    const saved = await monitor.until('Saved 3 calls to calls.csv', third);
    await monitor.until('Saved 3 calls to calls.csv', saved);
    monitor.type('exit\r');
    expect(await monitor.exitCode).toBe(0);

    const truth = await servedTo('sim-w3');
    expect(truth.map(({ outcome }) => outcome)).toEqual(['completed', 'aborted', 'completed']);
    const {
      statistics,
      calls,
      generated_at: at,
    } = JSON.parse(await folder.read('openai-compatible_performance_metrics.json')) as PerformanceFile;
    expect(Date.parse(at)).toBeGreaterThan(0);
    expect(statistics).toMatchObject({ total_calls: 3, successful_calls: 2, cancelled_calls: 1 });
    expect(calls.map(({ status }) => status)).toEqual(['success', 'cancelled', 'success']);
    for (const [index, record] of truth.entries()) {
      if (record.outcome !== 'completed') continue;
      const call = calls[index]!;
      expect(call['output_tokens']).toBe(record.token_counts?.output);
      expect(call['input_tokens']).toBe(record.token_counts?.input);
      const ttft = (record.first_content_at_ms! - record.received_at_ms) / 1000;
      const total = (record.last_content_at_ms! - record.received_at_ms) / 1000;
      expect(call['time_to_first_token']).toBeGreaterThanOrEqual(ttft);
      expect(call['time_to_first_token']).toBeLessThan(ttft + 0.1);
      expect(call['time_to_completion']).toBeGreaterThanOrEqual(total);
      expect(call['time_to_completion']).toBeLessThan(total + 0.1);
    }
    const rows = parse<Record<string, string>>(await folder.read('calls.csv'), { columns: true });
    expect(rows.map(({ status }) => status)).toEqual(['success', 'cancelled', 'success']);
    expect((await folder.read('calls.csv')).split('\n')[0]).toBe(
      'timestamp,connection_time,time_to_first_token,time_to_completion,first_token_latency,tokens_per_second,input_tokens,output_tokens,total_tokens,status,error_message',
    );
    expect(monitor.printed).toContain('Token timeline, the last 20 calls:');
    const tokens = truth.map(({ token_counts: counts, outcome }) =>
      outcome === 'completed' ? counts!.input + counts!.output : 0,
    );
    expect(monitor.printed).toContain(`${tokens[2]} (total ${tokens[0]! + tokens[2]!})`);
  });

  it.concurrent('a pipe: a line of JSON for each call, and goes on after one that failed', async () => {
    await using folder = await temporaryFolder();
    const key = 'a-key-of-no-shape-77';
    const config = await folder.write('own.yaml', {
      name: 'own',
      providers: [
        {
          name: 'own',
          type: 'openai-compatible',
          base_url: `${simulator.url}/v1`,
          api_key: '${OWN_API_KEY}',
          models: ['sim-one'],
          pricing: { 'sim-one': { input: 500_000, output: 1_000_000 } },
        },
      ],
      defaults: { prompt: 'Hello' },
      workload: { scenarios: [{ name: 'any', requests: 1, concurrency: 1 }] },
    });
    await using monitor = typedCommand(['monitor', config, '--json'], {
      cwd: folder.path,
      environment: { OWN_API_KEY: key },
    });
    monitor.type('Say one word\n');
    const first = await monitor.until('\n');
    await simulator.setModels({ 'sim-one': { fault: 'server_error' } });
    monitor.type('And now\n');
    const second = await monitor.until('\n', first);
    await simulator.setModels({ 'sim-one': { fault: null } });
    monitor.type('Once more\nstats\n');
    await monitor.until('"type":"stats"', second);
    monitor.type('quit\n');
    expect(await monitor.exitCode).toBe(1);
    const lines = monitor.printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const [done] = await servedTo('sim-one');
    expect(lines).toMatchObject([
      {
        type: 'call',
        outcome: 'completed',
        target: 'own/sim-one',
        input_tokens: done?.token_counts?.input,
        output_tokens: 1,
        cost_usd: done!.token_counts!.input / 2 + 1,
        tiers: { overall: 'excellent' },
      },
      { type: 'call', outcome: 'failed', error: 'server_error', status_code: 500, answer: '' },
      { type: 'call', outcome: 'completed' },
      { type: 'stats', total_calls: 3, successful_calls: 2, failed_calls: 1 },
    ]);
    expect(lines[0]?.['answer']).toMatch(/\w/);
    expect(monitor.printed + monitor.errors).not.toContain(key);
  });
});
