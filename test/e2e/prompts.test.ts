import type { Report, ReportGroup } from '@tokenstorm/core';
import type { TruthRecord } from '@tokenstorm/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf, tokenstorm } from '../support/command.ts';
import { runWithTruth, settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let simulator: SimulatorProcess;

beforeAll(async () => {
  simulator = await simulatorProcess();
});

afterAll(() => simulator.close());

const closed = { concurrency: 4 };

/** A model that answers at once, under a name of its own. */
function fastModel(name: string, settings = ''): string {
  return `sim-burst-n${name}${settings}`;
}

function groupOf(report: Report, scenario = 'w1'): ReportGroup {
  const group = report.groups.find(({ labels }) => labels.scenario === scenario);
  if (group === undefined) throw new Error(`no group of ${scenario}`);
  return group;
}

function distinctBodies(truth: readonly TruthRecord[]): number {
  return new Set(truth.map(({ body_hash }) => body_hash)).size;
}

/** Prompt and output tokens of a request as its server counted them, in an order that two runs share. */
function lengthsOf(truth: readonly TruthRecord[]): readonly number[] {
  return truth.map(({ tokens }) => tokens).toSorted((a, b) => a - b);
}

describe('generated prompts', { timeout: 60_000 }, () => {
  it.concurrent('are all different, the warm-up too, and as long as asked for', async () => {
    const { report, truth } = await runWithTruth({
      simulator,
      model: fastModel('101'),
      workloads: [
        {
          ...closed,
          requests: 120,
          synthetic: {
            input_tokens: { mean: 400, stddev: 50 },
            output_tokens: { min: 5, max: 25 },
            shared_prefix_tokens: 64,
          },
        },
      ],
      scenario: { execution: { warmup_requests: 10 }, regions: { eu: '50%', us: '50%' } },
      flags: ['--shards', '3'],
    });
    expect([truth.length, distinctBodies(truth)]).toEqual([130, 130]);
    for (const { prompts } of report.groups) expect(prompts?.distinct).toBe(prompts?.sent);
    const sent = report.groups.reduce((sum, { prompts }) => sum + (prompts?.sent ?? 0), 0);
    expect(sent).toBe(120);
    // The simulator counts four characters a token: the words keep to that within 5 % on average.
    const promptTokens = truth.reduce((sum, { token_counts }) => sum + (token_counts?.input ?? 0), 0) / 130;
    expect(Math.abs(promptTokens / 400 - 1)).toBeLessThan(0.05);
    for (const { tokens } of truth) expect(tokens).toBeGreaterThanOrEqual(5);
    for (const { tokens } of truth) expect(tokens).toBeLessThanOrEqual(25);
    for (const { lengths } of report.groups) {
      expect(lengths?.delivered_output).toBe(lengths?.asked_output);
      expect(Math.abs((lengths?.asked_input ?? 0) / 400 - 1)).toBeLessThan(0.1);
    }
    expect(report.notes.filter((note) => /Prompts were sent|Asked were/.test(note))).toEqual([]);
  });

  it.concurrent('have the same lengths in a second run, and nothing else', async () => {
    const workloads = [
      {
        ...closed,
        requests: 40,
        synthetic: { input_tokens: { median: 100, sigma: 0.5 }, output_tokens: { min: 1, max: 60 } },
      },
    ];
    const model = fastModel('102');
    const first = await runWithTruth({ simulator, model, workloads });
    const both = await runWithTruth({ simulator, model, workloads });
    const second = both.truth.slice(40);
    expect(lengthsOf(second)).toEqual(lengthsOf(first.truth));
    expect(groupOf(both.report).lengths?.asked_input).toBe(groupOf(first.report).lengths?.asked_input);
    expect(distinctBodies(both.truth)).toBe(80);
  });

  it.concurrent('have the same lengths whoever sends them, and no two are equal', async () => {
    const requests = 90;
    const synthetic = { input_tokens: { min: 20, max: 400 }, output_tokens: { min: 1, max: 60 } };
    const workloads = [{ requests, concurrency: 7, synthetic }];
    const model = fastModel('106');
    const one = await runWithTruth({ simulator, model, workloads });
    const three = await runWithTruth({ simulator, model, workloads, flags: ['--processes', '3'] });
    expect(three.report.run.workers).toBe(3);
    expect(lengthsOf(three.truth.slice(requests))).toEqual(lengthsOf(one.truth));
    expect(groupOf(three.report).lengths?.asked_input).toBe(groupOf(one.report).lengths?.asked_input);
    expect(distinctBodies(three.truth)).toBe(2 * requests);
  });

  it.concurrent('repeat where they may, in the next run as well', async () => {
    const workloads = [{ ...closed, requests: 50, synthetic: { input_tokens: 60, distinct: 7 } }];
    const model = fastModel('103');
    const first = await runWithTruth({ simulator, model, workloads });
    const second = await runWithTruth({ simulator, model, workloads });
    expect([distinctBodies(first.truth), distinctBodies(second.truth)]).toEqual([7, 7]);
    expect(groupOf(second.report).prompts).toEqual({ sent: 50, distinct: 7 });
    expect(second.report.notes[0]).toContain(`(w1 to own/${model}: 50 requests, 7 distinct prompts)`);
  });

  it.concurrent('say where the model stopped early', async () => {
    const { report, truth } = await runWithTruth({
      simulator,
      model: fastModel('10', '-nousage'),
      workloads: [
        {
          ...closed,
          requests: 30,
          synthetic: { input_tokens: 60, output_tokens: 40 },
          extra_body: { sim: { max_tokens: 'limit' } },
        },
      ],
      flags: ['--tokenizer', 'cl100k_base'],
    });
    expect(new Set(truth.map(({ tokens }) => tokens))).toEqual(new Set([10]));
    // The server counts nothing, so that all of this is the tokenizer's.
    expect(report.tokens.source).toBe('tokenizer');
    expect(groupOf(report).lengths).toMatchObject({ asked_input: 60, delivered_input: 60, asked_output: 40 });
    expect(groupOf(report).lengths?.delivered_output).toBeCloseTo(10, 0);
    const notes = report.notes.join('\n');
    expect(notes).toContain(
      'Asked were answers of 40 output tokens on average, 10 came: the model stopped early',
    );
    expect(notes).toContain(
      'The provider gave no token counts for 30 of 30 completed requests: the tokenizer',
    );
  });
});

describe('prompts that are given', { timeout: 60_000 }, () => {
  it.concurrent('are sent once each where there are as many as requests, by whatever process', async () => {
    await using folder = await temporaryFolder();
    const rows = Array.from({ length: 60 }, (_, row) => JSON.stringify({ prompt: `Question ${row}` }));
    const path = await folder.write('p.jsonl', rows.join('\n'));
    const { report, truth } = await runWithTruth({
      simulator,
      model: fastModel('107'),
      workloads: [{ requests: 60, concurrency: 7, prompts: { path } }],
      scenario: { defaults: {}, regions: { eu: '50%', us: '50%' } },
      flags: ['--processes', '2'],
    });
    expect([truth.length, distinctBodies(truth)]).toEqual([60, 60]);
    expect(report.notes.filter((note) => note.startsWith('Prompts were sent'))).toEqual([]);
  });

  it.concurrent('are counted as the server received them', async () => {
    await using folder = await temporaryFolder();
    const rows = ['a', 'b', 'a', 'c', 'b', 'd', 'e'].map((prompt, id) => JSON.stringify({ prompt, id }));
    const path = await folder.write('p.jsonl', rows.join('\n'));
    const workloads = [
      { ...closed, requests: 40, prompts: { path }, prompt: undefined },
      { ...closed, requests: 3, prompts: { path } },
      { ...closed, requests: 20, prompt: 'Hi', max_tokens: 2 },
      { ...closed, requests: 20, prompt: 'Hi', max_tokens: 3, cache_bust: true },
    ];
    const { report, truth } = await runWithTruth({
      simulator,
      model: fastModel('104'),
      workloads,
      scenario: { defaults: {} },
      flags: ['--shards', '2'],
    });
    const promptsOf = (name: string) => groupOf(report, name).prompts;
    expect(promptsOf('w1')).toEqual({ sent: 40, distinct: 5 });
    expect(promptsOf('w2')?.sent).toBe(3);
    expect(promptsOf('w3')).toEqual({ sent: 20, distinct: 1 });
    expect(promptsOf('w4')).toEqual({ sent: 20, distinct: 20 });
    expect(truth).toHaveLength(83);
    // The second workload sends prompts of the first.
    expect(distinctBodies(truth)).toBe(5 + 1 + 20);
    expect(distinctBodies(truth.filter(({ tokens }) => tokens === 3))).toBe(20);
  });

  it.concurrent('may be ShareGPT, whose replies set the length of the answers', async () => {
    await using folder = await temporaryFolder();
    const turns = (value: string, reply: string) => ({
      id: 'x',
      conversations: [
        { from: 'human', value },
        { from: 'gpt', value: reply },
      ],
    });
    const path = await folder.write('sharegpt.json', [
      turns('first', 'a'.repeat(40)),
      { id: 'empty', conversations: [] },
      turns('second', 'b'.repeat(41)),
    ]);
    const model = fastModel('105');
    const end = await tokenstorm(
      `run --url ${simulator.url} -m ${model} -c 2 -n 20 --dataset sharegpt --dataset-path ${path} --json --quiet --allow-invalid`.split(
        ' ',
      ),
    );
    const truth = await settledTruth(simulator, model);
    // 40 and 41 characters are 10 and 11 tokens; the conversation without a turn is left out.
    expect(lengthsOf(truth)).toEqual([...Array(10).fill(10), ...Array(10).fill(11)]);
    expect(groupOf(reportOf(end), 'cli')).toMatchObject({
      prompts: { sent: 20, distinct: 2 },
      lengths: { asked_input: null, asked_output: 10.5, delivered_output: 10.5 },
    });
  });
});

describe('a tokenizer', { timeout: 60_000 }, () => {
  it.concurrent('agrees with a server that counts as it does', async () => {
    const { report } = await runWithTruth({
      simulator,
      model: fastModel('64'),
      workloads: [{ ...closed, requests: 20 }],
      flags: ['--tokenizer', 'o200k_base'],
    });
    expect(report.tokens.source).toBe('provider');
    expect(report.validity.reasons.filter(({ code }) => code === 'token_counts')).toEqual([]);
  });

  it.concurrent('makes a run suspect whose server counts otherwise', async () => {
    const { report } = await runWithTruth({
      simulator,
      // Chinese and emoji: more tokens than the simulator's one for each piece of text.
      model: fastModel('65', '-unicode'),
      workloads: [{ ...closed, requests: 20 }],
      flags: ['--tokenizer', 'cl100k_base'],
    });
    expect(report.validity.reasons.map(({ code }) => code)).toContain('token_counts');
  });

  it.concurrent('that cannot be loaded is refused before anything is sent', async () => {
    await using folder = await temporaryFolder();
    const model = fastModel('66');
    const path = await folder.write('tokenizer.json', { model: { type: 'Unheard' } });
    const words = `run --url ${simulator.url} -m ${model} -c 1 -n 1 --tokenizer`.split(' ');
    const broken = await tokenstorm([...words, path]);
    expect([broken.exitCode, broken.stdout]).toEqual([2, '']);
    expect(broken.stderr).toContain(`the tokenizer ${path} cannot be loaded: `);
    const remote = await tokenstorm([...words, 'meta-llama/Llama-3.1-8B']);
    expect(remote.exitCode).toBe(2);
    expect(remote.stderr).toContain('`meta-llama/Llama-3.1-8B` is neither an encoding');
    expect(await settledTruth(simulator, model)).toEqual([]);
  });
});
