import type { Report, ReportGroup } from '@tokenstorm/core';
import type { ModelBehaviour } from '@tokenstorm/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerShapes } from '../support/answer-shapes.ts';
import { closedPort } from '../support/closed-port.ts';
import { dialectNames, providerOf, truthIn } from '../support/dialects.ts';
import type { DialectName } from '../support/dialects.ts';
import { runScenario } from '../support/run.ts';
import { simulatorInProcess, simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { readTruth, truthOf, withoutChecks } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';
import { connectionsUsed } from '../support/truth-failures.ts';
import { truthTokens } from '../support/truth-tokens.ts';

const requests = 20;
/** The limit that Anthropic's API wants is far above. */
const quick: Partial<ModelBehaviour> = { ttftMs: 1, itlMs: 0, tokens: 10, maxTokens: 'limit' };

/** Odd answers, each a model. */
const answers: AnswerShapes = {
  'split writes': { fault: 'split_writes' },
  'one byte a write': { splitBytes: 1, splitGapMs: 0, tokens: 2, text: 'unicode' },
  'connection closed after the answer': { fault: 'close' },
  'all tokens hidden': { tokens: 0, hiddenReasoningTokens: 64 },
  'all tokens redacted': { tokens: 0, hiddenReasoningTokens: 64, redactedReasoning: true },
  'no finish reason': { finish: 'none' },
  'no end mark': { done: false },
  'neither of them': { finish: 'none', done: false },
  'nothing but a refusal': { answer: 'refusal' },
  'no content, no tokens': { tokens: 0 },
  'a parameter refused': { refusedParameters: ['messages', 'input'] },
};

/** In every dialect. */
const always = {
  'neither of them': 'stream_truncated',
  'no content, no tokens': 'empty',
  'a parameter refused': 'client_error',
};

/**
 * The kinds of those that are failures. A response ends with one event, which is finish reason and end mark. Anthropic's
 * refusals are the work of a classifier that stops an answer; OpenAI's are what the model answers.
 */
const kinds: Readonly<Record<DialectName, Readonly<Record<string, string>>>> = {
  chat: always,
  responses: { ...always, 'no finish reason': 'stream_truncated', 'no end mark': 'stream_truncated' },
  messages: { ...always, 'nothing but a refusal': 'content_filter' },
};

function scenario(urls: { readonly main: string; readonly guarded: string; readonly closed: string }) {
  const providers = dialectNames.flatMap((dialect) => [
    providerOf(dialect, urls.main, [...Object.keys(answers), 'unknown']),
    { ...providerOf(dialect, urls.guarded, ['sim-one']), name: `${dialect} guarded` },
    { ...providerOf(dialect, urls.closed, ['nobody']), name: `${dialect} closed` },
  ]);
  return {
    name: 'odd-answers',
    providers,
    workload: { scenarios: [{ name: 'odd', prompt: 'Is this odd?', requests, concurrency: 4 }] },
  };
}

let simulator: SimulatorProcess;
let report: Report;
let truth: readonly Truth[];

beforeAll(async () => {
  simulator = await simulatorProcess();
  await simulator.setModels(
    Object.fromEntries(Object.entries(answers).map(([name, changes]) => [name, { ...quick, ...changes }])),
  );
  await using guarded = await simulatorInProcess({ apiKey: 'another' });
  const closed = `http://127.0.0.1:${await closedPort()}`;
  const urls = { main: simulator.url, guarded: guarded.url, closed };
  // A look at the servers before the start would tell of some of this, and stop there.
  ({ report } = await runScenario(scenario(urls), { flags: ['--no-preflight'] }));
  truth = await readTruth(simulator.url);
}, 60_000);

afterAll(() => simulator.close());

function groupOf(provider: string, model: string): ReportGroup {
  const group = report.groups.find(({ labels }) => labels.provider === provider && labels.model === model);
  if (group === undefined) throw new Error(`The report has no group ${provider} ${model}.`);
  return group;
}

/** What every failing group of the report looks like. */
function expectFailures({ accounting, tokens, metrics }: ReportGroup): void {
  expect(accounting).toMatchObject({ scheduled: requests, completed: 0, failed: requests });
  expect(tokens.output).toBeNull();
  expect(metrics.ttft).toBeUndefined();
  expect(metrics.e2e).toBeUndefined();
}

describe.each(dialectNames)('%s', (dialect) => {
  const failing = Object.keys(kinds[dialect]);
  const harmless = Object.keys(answers).filter((model) => !failing.includes(model));

  it.each(harmless)('%s: is no failure, and its tokens are counted', (model) => {
    const own = truthOf(truthIn(truth, dialect), model, true);
    expect(own).toHaveLength(requests);
    const { accounting, tokens, metrics } = groupOf(dialect, model);
    expect(accounting).toMatchObject({ scheduled: requests, completed: requests, failed: 0 });
    expect(tokens.output).toBe(truthTokens(own).outputTokens);
    // Where nothing came but usage, nothing is timed.
    const answered = own.filter(({ content_events }) => content_events > 0).length;
    expect([metrics.ttft?.count ?? 0, metrics.e2e?.count ?? 0]).toEqual([answered, answered]);
  });

  it.each([...failing, 'unknown'])('%s: fails each time', (model) => {
    expectFailures(groupOf(dialect, model));
  });

  it('a key that is refused, a server that is down: fail each time', () => {
    expectFailures(groupOf(`${dialect} guarded`, 'sim-one'));
    expectFailures(groupOf(`${dialect} closed`, 'nobody'));
  });
});

describe('what is a failure', () => {
  it('has its kind, and an example that says why', () => {
    const expected: Record<string, number> = {};
    // In each dialect an unknown model is the client's error.
    const all = dialectNames.flatMap((name) => [
      ...Object.values(kinds[name]),
      'client_error',
      'auth',
      'connect',
    ]);
    for (const kind of all) expected[kind] = (expected[kind] ?? 0) + requests;
    expect(report.errors).toEqual(expected);
    expect(report.error_examples['auth']).toMatch(/Incorrect API key|x-api-key header is required/);
    expect(report.error_examples['connect']).toContain('ECONNREFUSED');
  });
});

describe('a server that closes idle connections', () => {
  it('costs fresh connections and no failure', async () => {
    await using impatient = await simulatorProcess(['--keep-alive-timeout', '30']);
    const { report: calm } = await runScenario({
      providers: [{ name: 'own', type: 'openai-compatible', base_url: impatient.url, models: ['sim-one'] }],
      workload: {
        scenarios: [
          {
            name: 'user',
            prompt: 'Still there?',
            requests: 60,
            // Around the time after which the server closes: half are in time, half too late, some at that moment.
            think_time: { distribution: 'uniform', min: '10ms', max: '50ms' },
          },
        ],
      },
    });
    const received = withoutChecks(await readTruth(impatient.url));
    expect(calm.accounting).toMatchObject({ scheduled: 60, completed: 60, failed: 0 });
    // What a closed connection swallowed never reached the server.
    expect(received).toHaveLength(60);
    expect(calm.generator.connections_opened).toBe(connectionsUsed(received));
    expect(connectionsUsed(received)).toBeGreaterThan(10);
    expect(connectionsUsed(received)).toBeLessThan(60);
  });
});
