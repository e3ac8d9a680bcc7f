import type { ReportGroup } from '@tokenstorm/core';
import type { ModelBehaviour } from '@tokenstorm/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allAnswerShapes, answerShapes } from '../support/answer-shapes.ts';
import { dialectNames, providerOf, truthIn } from '../support/dialects.ts';
import type { DialectName } from '../support/dialects.ts';
import { runFlags, runScenario } from '../support/run.ts';
import type { RunOutcome } from '../support/run.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { readTruth, truthOf, withoutChecks } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';
import { answerLength, truthTokens } from '../support/truth-tokens.ts';

const prompt = 'How many tokens does this question have?';
const requests = 8;
/** Anthropic's API wants a limit; it is far above. */
const usual: Partial<ModelBehaviour> = { ttftMs: 2, itlMs: 0.3, tokens: 12, maxTokens: 'limit' };
const silent = 'no usage';

const modelsOf = (dialect: DialectName) => [...Object.keys(answerShapes(dialect)), silent];

const scenario = (url: string) => ({
  name: 'golden-tokens',
  providers: dialectNames.map((dialect) => providerOf(dialect, url, modelsOf(dialect))),
  defaults: { prompt, requests, concurrency: 2 },
  workload: { scenarios: [{ name: 'streamed' }, { name: 'whole', stream: false }] },
});

let simulator: SimulatorProcess;
let run: RunOutcome;
let truth: readonly Truth[];

beforeAll(async () => {
  simulator = await simulatorProcess();
  const all = {
    ...allAnswerShapes(),
    [silent]: { usage: 'never', text: 'unicode', reasoningTokens: 3 } as const,
  };
  await simulator.setModels(
    Object.fromEntries(Object.entries(all).map(([name, changes]) => [name, { ...usual, ...changes }])),
  );
  run = await runScenario(scenario(simulator.url));
  truth = withoutChecks(await readTruth(simulator.url));
}, 60_000);

afterAll(() => simulator.close());

function groupOf(scenarioName: string, dialect: DialectName, model: string): ReportGroup {
  const group = run.report.groups.find(
    ({ labels }) => labels.scenario === scenarioName && labels.provider === dialect && labels.model === model,
  );
  if (group === undefined) throw new Error(`The report has no group ${scenarioName} ${dialect} ${model}.`);
  return group;
}

/** What the answers of one model in one dialect add up to, streamed or not. */
function sentTokens(dialect: DialectName, model: string, stream: boolean) {
  return truthTokens(truthOf(truthIn(truth, dialect), model, stream));
}

/** The report has `null` where a sum is 0. */
const orNull = (sum: number) => (sum === 0 ? null : sum);

const none = { failed: 0, dropped: 0, lost: 0, cancelled: 0 };

describe('the whole run', () => {
  it('sends exactly the requests asked for, and all of them complete', () => {
    const targets = dialectNames.flatMap(modelsOf).length;
    const asked = 2 * requests * targets;
    expect(truth).toHaveLength(asked);
    expect(truth.filter((record) => record.outcome !== 'completed')).toEqual([]);
    expect(run.report.accounting).toEqual({ ...none, scheduled: asked, completed: asked });
    expect(run.report.retries).toMatchObject({ attempts: asked, stale_reconnects: 0 });
    expect(run.report.errors).toEqual({});
    expect(run.exitCode).toBe(0);
  });

  it('says that some of its token counts are estimated', () => {
    expect(run.report.tokens.source).toBe('mixed');
  });
});

describe.each(dialectNames)('%s', (dialect) => {
  describe.each(Object.keys(answerShapes(dialect)))('%s', (model) => {
    it('streamed: counts what was sent', () => {
      const sent = sentTokens(dialect, model, true);
      const { accounting, tokens, metrics } = groupOf('streamed', dialect, model);
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
      const sent = sentTokens(dialect, model, false);
      const { accounting, tokens, metrics } = groupOf('whole', dialect, model);
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

  it.each(['one token', 'all in one write'])('%s: there is no time per token', (model) => {
    expect(groupOf('streamed', dialect, model).metrics.tpot).toBeUndefined();
  });

  it('the tokens of an event not given: one value of itl for each gap', () => {
    const model = 'events of 1, 3 and 2 tokens';
    const sent = sentTokens(dialect, model, true);
    expect(groupOf('streamed', dialect, model).metrics.itl?.count).toBe(sent.gaps);
  });

  it.each([
    { name: 'streamed', stream: true },
    { name: 'whole', stream: false },
  ])('$name, no usage: tokens are a quarter of the characters, marked as estimated', async (way) => {
    const { tokens } = groupOf(way.name, dialect, silent);
    const characters = await answerLength(simulator.url, { model: silent, prompt, stream: way.stream });
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

describe('tokens of each event, which only chat gives', () => {
  it.each(['token ids', 'usage in each chunk'])('%s: one value of itl for each later token', (model) => {
    const sent = sentTokens('chat', model, true);
    expect(groupOf('streamed', 'chat', model).metrics.itl?.count).toBe(sent.laterTokens);
    expect(sent.laterTokens).toBeGreaterThan(sent.gaps);
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
