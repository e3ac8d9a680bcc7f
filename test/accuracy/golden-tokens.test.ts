import type { ReportGroup } from '@tokenstorm/core';
import type { ModelBehaviour } from '@tokenstorm/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFlags, runScenario } from '../support/run.ts';
import type { RunOutcome } from '../support/run.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { readTruth, truthOf } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';
import { answerLength, truthTokens } from '../support/truth-tokens.ts';

const prompt = 'How many tokens does this question have?';
const requests = 12;
const usual: Partial<ModelBehaviour> = { ttftMs: 2, itlMs: 0.3, tokens: 12 };

/** Every shape of an answer that a client may count wrongly. */
const models: Readonly<Record<string, Partial<ModelBehaviour>>> = {
  plain: {},
  'one token': { tokens: 1 },
  'events of 1, 3 and 2 tokens': { tokensPerEvent: [1, 3, 2] },
  'token ids': { tokensPerEvent: [2, 3], tokenIds: true },
  'usage in each chunk': { tokensPerEvent: [3, 1], usage: 'each_chunk' },
  'usage never asked for': { usage: 'always' },
  'cached prompt': { promptTokens: 60, cachedPromptTokens: 48 },
  reasoning: { reasoningTokens: 7 },
  'reasoning only': { reasoningTokens: 9, answer: 'none' },
  'hidden reasoning': { hiddenReasoningTokens: 100 },
  'shown and hidden reasoning': {
    reasoningTokens: 5,
    reasoningField: 'reasoning',
    hiddenReasoningTokens: 31,
  },
  'tool call': { answer: 'tool_call' },
  refusal: { answer: 'refusal' },
  'early role, pings and comments': { role: 'early', ttftMs: 12, pingMs: 3, commentEvery: 2 },
  'role merged, finish merged': { role: 'merged', finish: 'merged' },
  'no role, no finish reason': { role: 'none', finish: 'none' },
  'no end mark': { done: false },
  'CRLF, no space, multi-line data': { lineEnd: 'crlf', dataSpace: false, multiLine: true, text: 'unicode' },
  'CR and escapes': { lineEnd: 'cr', text: 'escaped' },
  'writes of 23 bytes': { splitBytes: 23, splitGapMs: 0, text: 'unicode', tokens: 6 },
  'five events in one write': { eventsPerWrite: 5 },
  'all in one write': { burst: true, ttftMs: 0, itlMs: 0 },
  'content-length': { framing: 'content_length' },
  'end of the connection': { framing: 'close' },
  'pause before the end': { tailMs: 25 },
};
const silent = 'no usage';

const scenario = (url: string) => ({
  name: 'golden-tokens',
  providers: [
    {
      name: 'simulator',
      type: 'openai-compatible',
      base_url: url,
      models: [...Object.keys(models), silent],
    },
  ],
  defaults: { prompt, requests, concurrency: 3 },
  workload: { scenarios: [{ name: 'streamed' }, { name: 'whole', stream: false }] },
});

let simulator: SimulatorProcess;
let run: RunOutcome;
let truth: readonly Truth[];

beforeAll(async () => {
  simulator = await simulatorProcess();
  const all = { ...models, [silent]: { usage: 'never', text: 'unicode', reasoningTokens: 3 } as const };
  await simulator.setModels(
    Object.fromEntries(Object.entries(all).map(([name, changes]) => [name, { ...usual, ...changes }])),
  );
  run = await runScenario(scenario(simulator.url));
  truth = await readTruth(simulator.url);
});

afterAll(() => simulator.close());

function groupOf(scenarioName: string, model: string): ReportGroup {
  const group = run.report.groups.find(
    ({ labels }) => labels.scenario === scenarioName && labels.model === model,
  );
  if (group === undefined) throw new Error(`The report has no group ${scenarioName} ${model}.`);
  return group;
}

/** The report has `null` where a sum is 0. */
const orNull = (sum: number) => (sum === 0 ? null : sum);

const none = { failed: 0, dropped: 0, lost: 0, cancelled: 0 };

describe('the whole run', () => {
  it('sends exactly the requests asked for, and all of them complete', () => {
    const asked = 2 * requests * (Object.keys(models).length + 1);
    expect(truth).toHaveLength(asked);
    expect(truth.every((record) => record.outcome === 'completed')).toBe(true);
    expect(run.report.accounting).toEqual({ ...none, scheduled: asked, completed: asked });
    expect(run.report.retries).toMatchObject({ attempts: asked, stale_reconnects: 0 });
    expect(run.report.errors).toEqual({});
    expect(run.exitCode).toBe(0);
  });

  it('says that some of its token counts are estimated', () => {
    expect(run.report.tokens.source).toBe('mixed');
  });
});

describe.each(Object.keys(models))('%s', (model) => {
  it('streamed: counts what was sent', () => {
    const sent = truthTokens(truthOf(truth, model, true));
    const { accounting, tokens, metrics } = groupOf('streamed', model);
    expect(sent.requests).toBe(requests);
    expect(accounting).toEqual({ ...none, scheduled: requests, completed: sent.completed });
    expect(tokens).toEqual({
      input: sent.inputTokens,
      output: sent.outputTokens,
      reasoning: orNull(sent.reasoningTokens),
      cached_input: orNull(sent.cachedInputTokens),
      source: 'provider',
    });
    expect(metrics.ttft?.count).toBe(sent.completed);
    expect(metrics.icl?.count ?? 0).toBe(sent.gaps);
  });

  it('not streamed: counts what was sent, and times no token', () => {
    const sent = truthTokens(truthOf(truth, model, false));
    const { accounting, tokens, metrics } = groupOf('whole', model);
    expect(sent.requests).toBe(requests);
    expect(accounting).toEqual({ ...none, scheduled: requests, completed: sent.completed });
    expect(tokens).toEqual({
      input: sent.inputTokens,
      output: sent.outputTokens,
      reasoning: orNull(sent.reasoningTokens),
      cached_input: orNull(sent.cachedInputTokens),
      source: 'provider',
    });
    expect(metrics.e2e?.count).toBe(sent.completed);
    expect(Object.keys(metrics)).not.toContain('ttft');
    expect(Object.keys(metrics)).not.toContain('icl');
    expect(Object.keys(metrics)).not.toContain('tpot');
  });
});

describe('tokens of each event', () => {
  it.each(['token ids', 'usage in each chunk'])(
    '%s: one value of itl for each token after the first event',
    (model) => {
      const sent = truthTokens(truthOf(truth, model, true));
      expect(groupOf('streamed', model).metrics.itl?.count).toBe(sent.laterTokens);
      expect(sent.laterTokens).toBeGreaterThan(sent.gaps);
    },
  );

  it('not given: one value for each gap', () => {
    const sent = truthTokens(truthOf(truth, 'events of 1, 3 and 2 tokens', true));
    expect(groupOf('streamed', 'events of 1, 3 and 2 tokens').metrics.itl?.count).toBe(sent.gaps);
  });

  it.each(['one token', 'all in one write'])('%s: there is no time per token', (model) => {
    expect(groupOf('streamed', model).metrics.tpot).toBeUndefined();
  });
});

describe('an answer without usage', () => {
  it.each([
    { name: 'streamed', stream: true },
    { name: 'whole', stream: false },
  ])('$name: tokens are a quarter of the characters, and marked as estimated', async ({ name, stream }) => {
    const { tokens } = groupOf(name, silent);
    const characters = await answerLength(simulator.url, { model: silent, prompt, stream });
    expect(characters).toBeGreaterThan(50);
    expect(tokens).toEqual({
      input: requests * Math.ceil(prompt.length / 4),
      output: requests * Math.ceil(characters / 4),
      reasoning: null,
      cached_input: null,
      source: 'estimated',
    });
  });
});

describe('warm-up requests', () => {
  it('are sent before the others and are in no total', async () => {
    await simulator.setModels({
      first: { ...usual, promptTokens: 3 },
      second: { ...usual, promptTokens: 5 },
    });
    await simulator.reset();
    const { report } = await runScenario({
      providers: [
        { name: 'own', type: 'openai-compatible', base_url: simulator.url, models: ['first', 'second'] },
      ],
      workload: { scenarios: [{ name: 'main', prompt, requests: 10, concurrency: 2 }] },
      execution: { warmup_requests: 4 },
    });
    const records = await readTruth(simulator.url);
    expect(records).toHaveLength(2 * (4 + 10));
    expect(new Set(records.slice(0, 8).map((record) => record.model_ordinal))).toEqual(new Set([1, 2, 3, 4]));
    expect(report.accounting).toEqual({ ...none, scheduled: 20, completed: 20 });
    expect(report.tokens).toMatchObject({ input: 10 * 3 + 10 * 5, output: 20 * 12 });
  });
});

describe('a run that flags alone describe', () => {
  it.each([
    ['an open loop', ['--request-rate', '60', '--duration', '1s', '--arrival-pattern', 'constant'], 60],
    ['a closed loop', ['--request-count', '75', '--concurrency', '4'], 75],
  ])('%s: sends exactly what was asked for', async (_name, flags, asked) => {
    await simulator.reset();
    const words = ['--url', simulator.url, '--model', 'sim-burst', '--max-tokens', '9', '--prompt', prompt];
    const { report, exitCode } = await runFlags([...words, ...flags]);
    const sent = truthTokens(await readTruth(simulator.url));
    expect(sent).toMatchObject({ requests: asked, completed: asked, outputTokens: 9 * asked });
    expect(report.accounting).toEqual({ ...none, scheduled: asked, completed: asked });
    expect(report.tokens).toMatchObject({ input: sent.inputTokens, output: sent.outputTokens });
    expect(exitCode).toBe(0);
  });
});
