import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRunOptions } from './read-run-options.ts';
import { scenarioOverrides } from './scenario-overrides.ts';

type Parsed = Readonly<Record<string, readonly string[] | boolean>>;

const base: Parsed = { model: ['m'], url: ['http://h'], duration: ['1s'] };

/** What flags without a file set in the workload and in `execution`. */
function changesOf(parsed: Parsed): Readonly<Record<string, unknown>> {
  const options = readRunOptions(undefined, { ...base, ...parsed });
  const changes = scenarioOverrides(options, { environment: {} })
    .map(({ path, value }) => [path.join('.'), value] as const)
    .filter(([path]) => /prompt|synthetic|cache_bust|max_tokens|tokenizer|system/.test(path));
  return Object.fromEntries(
    changes.map(([path, value]) => [path.replace('workload.scenarios.0.', ''), value]),
  );
}

function problemOf(parsed: Parsed): string {
  try {
    readRunOptions(undefined, { ...base, ...parsed });
  } catch (error) {
    return String(error);
  }
  throw new Error('The flags were accepted.');
}

describe('lengths', () => {
  it.each<[Parsed, unknown]>([
    [{ isl: ['512'] }, { input_tokens: 512 }],
    [
      { isl: ['512'], osl: ['128'] },
      { input_tokens: 512, output_tokens: 128 },
    ],
    [
      { isl: ['512'], islStddev: ['64'], osl: ['128'], oslStddev: ['0'] },
      { input_tokens: { mean: 512, stddev: 64 }, output_tokens: 128 },
    ],
    [
      { isl: ['1000'], osl: ['3'], randomRangeRatio: ['0.5'] },
      { input_tokens: { min: 500, max: 1500 }, output_tokens: { min: 1, max: 5 } },
    ],
    [
      { isl: ['512'], sharedPrefixTokens: ['256'], distinctPrompts: ['10'] },
      { input_tokens: 512, shared_prefix_tokens: 256, distinct: 10 },
    ],
    [
      { isl: ['1000'], randomPrefixLen: ['64'], randomRangeRatio: ['0.5'] },
      { input_tokens: { min: 564, max: 1564 }, shared_prefix_tokens: 64 },
    ],
    [
      { isl: ['1000'], islStddev: ['9'], osl: ['5'], randomPrefixLen: ['64'] },
      { input_tokens: { mean: 1064, stddev: 9 }, output_tokens: 5, shared_prefix_tokens: 64 },
    ],
    [
      { isl: ['9'], randomPrefixLen: ['4'] },
      { input_tokens: 13, shared_prefix_tokens: 4 },
    ],
    [{ trafficScenario: ['D(100,1000)'] }, { input_tokens: 100, output_tokens: 1000 }],
    [
      { trafficScenario: ['N(480,240)/(300,150)'] },
      { input_tokens: { mean: 480, stddev: 240 }, output_tokens: { mean: 300, stddev: 150 } },
    ],
    [
      { trafficScenario: ['U(50,100)/(200,250)'] },
      { input_tokens: { min: 50, max: 100 }, output_tokens: { min: 200, max: 250 } },
    ],
    [
      { trafficScenario: ['U(1000,100)'] },
      { input_tokens: { min: 1, max: 1000 }, output_tokens: { min: 1, max: 100 } },
    ],
    [
      { trafficScenario: ['P(2000,500)/200'] },
      { input_tokens: 2500, output_tokens: 200, shared_prefix_tokens: 2000 },
    ],
  ])('of %j', (parsed, synthetic) => {
    expect(changesOf(parsed)).toEqual({ synthetic });
  });

  it('of answers beside other prompts are a limit', () => {
    const prompt = expect.any(String) as string;
    expect(changesOf({ osl: ['128'] })).toEqual({ prompt, max_tokens: 128 });
    expect(changesOf({ osl: ['128'], maxTokens: ['50'] })).toEqual({ prompt, max_tokens: 50 });
  });

  it.each<[Parsed, string]>([
    [{ isl: ['512'], prompt: ['Hi'] }, '--isl and --prompt: a run has one source of prompts'],
    [{ isl: ['5.5'] }, '--isl 5.5: expected a whole number of at least 1'],
    [{ islStddev: ['5'] }, '--isl-stddev is for generated prompts: it needs --isl'],
    [{ sharedPrefixTokens: ['5'] }, '--shared-prefix-tokens is for generated prompts: it needs --isl'],
    [{ randomPrefixLen: ['5'] }, '--random-prefix-len is for generated prompts: it needs --isl'],
    [
      { isl: ['9'], randomPrefixLen: ['5'], sharedPrefixTokens: ['5'] },
      '--shared-prefix-tokens and --random-prefix-len: choose one',
    ],
    [
      { isl: ['9'], randomRangeRatio: ['1'] },
      "--random-range-ratio 1: expected a number below 1; fixed lengths, which SGLang's 1 stands for, are 0 here",
    ],
    [{ isl: ['9'], oslStddev: ['5'] }, '--osl-stddev needs --osl'],
    [
      { isl: ['9'], islStddev: ['5'], randomRangeRatio: ['0.1'] },
      '--random-range-ratio and a standard deviation: choose one',
    ],
    [{ isl: ['9'], trafficScenario: ['D(1,1)'] }, '--traffic-scenario and --isl: choose one'],
    [{ trafficScenario: ['D(100)'] }, '--traffic-scenario D(100): expected D(100,1000), N('],
    [{ trafficScenario: ['N(1,2)'] }, '--traffic-scenario N(1,2): expected'],
    [{ trafficScenario: ['D(1,2)/(3,4)'] }, '--traffic-scenario D(1,2)/(3,4): expected'],
    [{ trafficScenario: ['E(1024)'] }, '--traffic-scenario E(1024): expected'],
  ])('refuse %j', (parsed, problem) => {
    expect(problemOf(parsed)).toContain(problem);
  });
});

describe('data sets', () => {
  it('of ShareGPT ask for answers as long as the recorded ones, unless a length is given', () => {
    const path = { 'prompts.path': resolve('s.json') };
    const flags = { dataset: ['sharegpt'], inputFile: ['s.json'] };
    expect(changesOf(flags)).toEqual({ ...path, 'prompts.output_tokens': 'from_dataset' });
    expect(changesOf({ ...flags, osl: ['20'] })).toEqual({ ...path, max_tokens: 20 });
    expect(changesOf({ ...flags, dataset: ['custom'] })).toEqual(path);
  });

  it("take AIPerf's column", () => {
    const flags = { customDatasetType: ['single_turn'], inputFile: ['s.jsonl'] };
    expect(changesOf(flags)).toMatchObject({ 'prompts.template': '{{text}}' });
    expect(changesOf({ ...flags, prompt: ['Q: {{text}}'] })).toMatchObject({
      'prompts.template': 'Q: {{text}}',
    });
  });

  it.each<[Parsed, string]>([
    [{ dataset: ['random'] }, '--dataset random needs --isl'],
    [{ dataset: ['sharegpt'] }, '--dataset sharegpt needs --dataset-path: nothing is downloaded'],
    [{ dataset: ['burstgpt'] }, '--dataset burstgpt: expected random or sharegpt or custom'],
    [{ customDatasetType: ['single_turn'] }, '--custom-dataset-type needs --input-file'],
  ])('refuse %j', (parsed, problem) => {
    expect(problemOf(parsed)).toContain(problem);
  });
});

describe('--tokenizer and --cache-bust', () => {
  it('set what the file would', () => {
    const prompt = expect.any(String) as string;
    expect(changesOf({ tokenizer: ['o200k_base'], cacheBust: true })).toEqual({
      prompt,
      cache_bust: true,
      'execution.tokenizer': 'o200k_base',
    });
    expect(changesOf({ tokenizer: ['t.json'] })['execution.tokenizer']).toBe(resolve('t.json'));
  });

  it('take the folder of a model', () => {
    const folder = mkdtempSync(join(tmpdir(), 'model-'));
    try {
      mkdirSync(join(folder, 'llama'));
      writeFileSync(join(folder, 'llama', 'tokenizer.json'), '{}');
      expect(changesOf({ tokenizer: [join(folder, 'llama')] })['execution.tokenizer']).toBe(
        join(folder, 'llama', 'tokenizer.json'),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('beside a file', () => {
  const document = {
    providers: [{ name: 'own' }],
    defaults: { prompt: 'from the defaults' },
    workload: {
      scenarios: [
        { name: 'a', prompts: { path: 'x.jsonl' } },
        { name: 'b', synthetic: { input_tokens: 100, output_tokens: 10 } },
      ],
    },
  };

  function overridesOf(parsed: Parsed) {
    return scenarioOverrides(readRunOptions('f.yaml', parsed), { environment: {}, document }).map(
      ({ path, value }) => [path.join('.'), value],
    );
  }

  it('--isl replaces the prompts of every workload', () => {
    const synthetic = { input_tokens: 64 };
    expect(overridesOf({ isl: ['64'] })).toEqual([
      ['defaults.prompt', undefined],
      ['workload.scenarios.0.prompts', undefined],
      ['workload.scenarios.0.synthetic', synthetic],
      ['workload.scenarios.1.synthetic', undefined],
      ['workload.scenarios.1.synthetic', synthetic],
    ]);
  });

  it('--osl alone changes the lengths of generated prompts, and limits the answers to others', () => {
    expect(overridesOf({ osl: ['64'] })).toEqual([
      ['workload.scenarios.0.max_tokens', 64],
      ['workload.scenarios.1.synthetic', { input_tokens: 100, output_tokens: 64 }],
    ]);
  });
});
