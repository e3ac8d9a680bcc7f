import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf, tokenstorm } from '../support/command.ts';
import type { CommandEnd } from '../support/command.ts';
import { mostAtOnce } from '../support/requests-at-once.ts';
import { settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

/** The file that the documentation of LLM-Latency-Lens shows under "Configuration Files", as it stands there. */
const benchmark = readFileSync(
  new URL('../../packages/core/src/scenario/__fixtures__/benchmark.yaml', import.meta.url),
  'utf8',
);

const openaiModels = ['gpt-4-turbo-preview', 'gpt-3.5-turbo'];
const anthropicModel = 'claude-3-opus-20240229';
const openaiKey = 'sk-seed-openai';
const anthropicKey = 'sk-ant-seed';
/** The twelfth request to each model is refused once; five before it warm up. */
const quick = { ttft_ms: 20, itl_ms: 2, tokens: 20, max_tokens: 'limit', fault_plan: { 12: 'overloaded' } };

let openai: SimulatorProcess;
let anthropic: SimulatorProcess;

beforeAll(async () => {
  const simulatorWith = (key: string) =>
    simulatorProcess(['--any-model', '--api-key', key, '--all-models', JSON.stringify(quick)]);
  [openai, anthropic] = await Promise.all([simulatorWith(openaiKey), simulatorWith(anthropicKey)]);
});

afterAll(() => Promise.all([openai.close(), anthropic.close()]));

/** As the vendors' own clients read them. */
function environment(): Record<string, string> {
  return {
    OPENAI_BASE_URL: `${openai.url}/v1`,
    OPENAI_API_KEY: openaiKey,
    ANTHROPIC_BASE_URL: anthropic.url,
    ANTHROPIC_API_KEY: anthropicKey,
  };
}

describe('benchmark.yaml as it stands', { timeout: 60_000 }, () => {
  let folder: TemporaryFolder;
  let end: CommandEnd;
  let files: readonly string[];

  beforeAll(async () => {
    folder = await temporaryFolder();
    await folder.write('benchmark.yaml', benchmark);
    const input = { environment: environment(), cwd: folder.path };
    end = await tokenstorm(['run', 'benchmark.yaml', '--json', '--allow-invalid'], input);
    files = (await readdir(`${folder.path}/results`)).toSorted();
  });

  afterAll(() => folder[Symbol.asyncDispose]());

  const truthOf = () =>
    Promise.all([
      ...openaiModels.map((model) => settledTruth(openai, model)),
      settledTruth(anthropic, anthropicModel),
    ]);

  it('runs to its end, every request answered', () => {
    expect(end.exitCode).toBe(0);
    const { accounting, errors, groups } = reportOf(end);
    expect(accounting).toMatchObject({ scheduled: 450, completed: 450 });
    expect(errors).toEqual({});
    const targets = [...openaiModels.map((model) => ['openai', model]), ['anthropic', anthropicModel]];
    expect(
      groups.map(({ labels, accounting: { completed } }) => [
        labels.scenario,
        labels.provider,
        labels.model,
        completed,
      ]),
    ).toEqual([
      ...targets.map((target) => ['short_prompt_high_concurrency', ...target, 100]),
      ...targets.map((target) => ['long_prompt_streaming', ...target, 50]),
    ]);
  });

  it('sends each vendor its own requests and key, and nothing besides warm-up and retries', async () => {
    const truth = await truthOf();
    // 150 of the load, 5 to warm up, and the one that is tried again.
    expect(truth.map((records) => records.length)).toEqual([156, 156, 156]);
    expect(truth.map((records) => new Set(records.map(({ endpoint }) => endpoint)))).toEqual([
      new Set(['chat']),
      new Set(['chat']),
      new Set(['messages']),
    ]);
    for (const records of truth) {
      expect(records.every(({ stream }) => stream)).toBe(true);
      expect(records.filter(({ outcome }) => outcome !== 'completed')).toMatchObject([
        { fault: 'overloaded' },
      ]);
    }
    expect(mostAtOnce(truth.flat())).toBeLessThanOrEqual(50);
    expect(reportOf(end).retries).toMatchObject({
      attempts: 453,
      retried_requests: 3,
      failed_attempts: { overloaded: 3 },
    });
  });

  it('counts the tokens that were sent', async () => {
    const load = (await truthOf()).flat().filter((record) => record.outcome === 'completed');
    const { tokens } = reportOf(end);
    // The warm-up is in neither of the sums; each answer has 20 tokens.
    expect(tokens).toMatchObject({ output: 20 * 450, source: 'provider' });
    expect(load.reduce((sum, record) => sum + record.tokens, 0)).toBe(20 * (450 + 15));
    // 30 and 47 characters, four to a token.
    expect(tokens.input).toBe(3 * (100 * 8 + 50 * 12));
  });

  it('writes both exports, under the time of the run', async () => {
    const [time] = /\d{8}-\d{6}/.exec(files[0] ?? '') ?? [];
    expect(files).toEqual([`benchmark_${time}.csv`, `benchmark_${time}.json`]);
    for (const file of files) expect(end.stderr).toContain(`${folder.path}/results/${file}`);
    expect(await folder.read(`results/${files[1]}`)).toBe(end.stdout);
    const [header = '', ...rows] = (await folder.read(`results/${files[0]}`)).trim().split('\n');
    // In seconds, as its users know them.
    const columns = 'timestamp,connection_time,time_to_first_token,time_to_completion,first_token_latency';
    expect(header.startsWith(`${columns},tokens_per_second,input_tokens,output_tokens,`)).toBe(true);
    const phaseAt = header.split(',').indexOf('phase');
    const phases = rows.map((row) => row.split(',')[phaseAt]);
    expect([phases.length, phases.filter((phase) => phase === 'main').length]).toEqual([465, 450]);
  });

  it('holds no key in what it wrote or said', async () => {
    const texts = await Promise.all(files.map((file) => folder.read(`results/${file}`)));
    for (const text of [end.stdout, end.stderr, ...texts])
      for (const key of [openaiKey, anthropicKey]) expect(text).not.toContain(key);
  });
});

describe('benchmark.yaml without the keys', { timeout: 60_000 }, () => {
  it('is not run: both are named, and nothing is sent', async () => {
    await using folder = await temporaryFolder();
    await folder.write('benchmark.yaml', benchmark);
    const received = async () => (await openai.summary()).received + (await anthropic.summary()).received;
    const before = await received();
    const { OPENAI_BASE_URL = '', ANTHROPIC_BASE_URL = '' } = environment();
    // Another server than OpenAI's own may want no key.
    const input = { environment: { ANTHROPIC_BASE_URL }, cwd: folder.path };
    const keyless = await tokenstorm(['run', 'benchmark.yaml'], input);
    expect(keyless).toMatchObject({ exitCode: 2, stdout: '' });
    expect(keyless.stderr).toContain('OPENAI_API_KEY');
    const refused = await tokenstorm(['run', 'benchmark.yaml'], {
      environment: { ANTHROPIC_BASE_URL, OPENAI_BASE_URL },
      cwd: folder.path,
    });
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toMatch(/openai\/gpt-4-turbo-preview.*the server wants a key and none is sent/);
    expect(refused.stderr).toMatch(
      /anthropic\/claude-3-opus-20240229.*the server wants a key and none is sent/,
    );
    expect(await received()).toBe(before);
  });

  it('validates all the same', async () => {
    await using folder = await temporaryFolder();
    await folder.write('benchmark.yaml', benchmark);
    const { exitCode, stdout } = await tokenstorm(['validate', 'benchmark.yaml'], { cwd: folder.path });
    expect(exitCode).toBe(0);
    for (const model of [...openaiModels, anthropicModel]) expect(stdout).toContain(model);
  });
});
