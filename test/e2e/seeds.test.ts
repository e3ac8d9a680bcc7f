import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf, tokenstorm } from '../support/command.ts';
import { mostAtOnce } from '../support/requests-at-once.ts';
import { recordingServer } from '../support/recording-server.ts';
import { settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The file that the documentation of LLM-Latency-Lens shows under "Configuration Files". */
const benchmark = `# benchmark.yaml
providers:
  - name: openai
    models: [gpt-4-turbo-preview, gpt-3.5-turbo]
  - name: anthropic
    models: [claude-3-opus-20240229]

workload:
  scenarios:
    - name: short_prompt_high_concurrency
      prompt: "What is the capital of France?"
      requests: 100
      concurrency: 20

    - name: long_prompt_streaming
      prompt: "Write a comprehensive guide to machine learning"
      requests: 50
      concurrency: 5
      stream: true

execution:
  max_concurrency: 50
  warmup_requests: 5
  retry:
    max_attempts: 3
    initial_backoff_ms: 1000

output:
  export:
    - format: json
      path: ./results/benchmark_{timestamp}.json
    - format: csv
      path: ./results/benchmark_{timestamp}.csv
`;

const notYet = [
  '  - name: anthropic\n    models: [claude-3-opus-20240229]\n',
  '  retry:\n    max_attempts: 3\n    initial_backoff_ms: 1000\n',
  '    - format: csv\n      path: ./results/benchmark_{timestamp}.csv\n',
];

const models = ['gpt-4-turbo-preview', 'gpt-3.5-turbo'];
let simulator: SimulatorProcess;

beforeAll(async () => {
  const quick = JSON.stringify({ ttft_ms: 20, itl_ms: 2, tokens: 20 });
  simulator = await simulatorProcess(['--any-model', '--api-key', 'sk-seed-key', '--all-models', quick]);
});

afterAll(() => simulator.close());

describe('benchmark.yaml', { timeout: 60_000 }, () => {
  it.concurrent.each([[['run']], [['validate']], [['run', '--dry-run']]])(
    'is refused as it stands by %j, for three parts by name, and nothing is sent',
    async (words) => {
      await using server = await recordingServer();
      await using folder = await temporaryFolder();
      await folder.write('benchmark.yaml', benchmark);
      const environment = { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: 'sk-seed-key' };
      const input = { environment, cwd: folder.path };
      const { exitCode, stdout, stderr } = await tokenstorm([...words, 'benchmark.yaml'], input);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toMatch(/^error: scenario: 3 problems\n/);
      const places = stderr.match(/^benchmark\.yaml:\d+:\d+: .*$/gm);
      expect(places).toEqual([
        expect.stringMatching(/^benchmark\.yaml:5:11: .*anthropic.* is not supported yet/),
        expect.stringMatching(/^benchmark\.yaml:24:3: .*retry.* is not supported yet/),
        expect.stringMatching(/^benchmark\.yaml:32:15: .*csv.* is not supported yet/),
      ]);
      expect(server.connections).toBe(0);
    },
  );

  it.concurrent('runs to its end without these three', async () => {
    await using folder = await temporaryFolder();
    await folder.write(
      'benchmark.yaml',
      notYet.reduce((text, part) => text.replace(part, ''), benchmark),
    );
    const environment = { OPENAI_BASE_URL: `${simulator.url}/v1`, OPENAI_API_KEY: 'sk-seed-key' };
    const input = { environment, cwd: folder.path };
    const end = await tokenstorm(['run', 'benchmark.yaml', '--json', '--allow-invalid'], input);
    expect(end.exitCode).toBe(0);
    const report = reportOf(end);
    expect(report.accounting).toMatchObject({ scheduled: 300, completed: 300 });
    expect(
      report.groups.map(({ labels, accounting }) => [labels.model, labels.scenario, accounting.completed]),
    ).toEqual([
      [models[0], 'short_prompt_high_concurrency', 100],
      [models[1], 'short_prompt_high_concurrency', 100],
      [models[0], 'long_prompt_streaming', 50],
      [models[1], 'long_prompt_streaming', 50],
    ]);
    const truth = await Promise.all(models.map((model) => settledTruth(simulator, model)));
    // 150 of the load and 5 to warm up, for each.
    expect(truth.map((records) => records.length)).toEqual([155, 155]);
    expect(truth.flat().every((record) => record.outcome === 'completed' && record.stream)).toBe(true);
    expect(mostAtOnce(truth.flat())).toBeLessThanOrEqual(50);
    const written = /Report written to (.*\/results\/benchmark_\d{8}-\d{6}\.json)\n/.exec(end.stderr)?.[1];
    expect(await folder.read((written ?? '').slice(folder.path.length + 1))).toBe(end.stdout);
  });
});
