import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Report, ReportGroup } from '@tokenstorm/core';
import type { ModelBehaviour } from '@tokenstorm/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScenario } from '../support/run.ts';
import { simulatorInProcess, simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { readTruth, truthOf } from '../support/truth.ts';
import { connectionsUsed } from '../support/truth-failures.ts';
import { truthTokens } from '../support/truth-tokens.ts';

const requests = 40;
const quick: Partial<ModelBehaviour> = { ttftMs: 1, itlMs: 0, tokens: 10 };

/** Answers that look like a failure and are none. */
const harmless: Readonly<Record<string, Partial<ModelBehaviour>>> = {
  'split writes': { fault: 'split_writes' },
  'one byte a write': { splitBytes: 1, splitGapMs: 0, tokens: 2, text: 'unicode' },
  'connection closed after the answer': { fault: 'close' },
  'all tokens hidden': { tokens: 0, hiddenReasoningTokens: 64 },
  'no finish reason': { finish: 'none' },
  'no end mark': { done: false },
  'nothing but a refusal': { answer: 'refusal' },
};

/** Answers that are failures, with their kinds. */
const failures: Readonly<Record<string, readonly [string, Partial<ModelBehaviour>]>> = {
  'no content, no tokens': ['empty', { tokens: 0 }],
  'neither finish reason nor end mark': ['stream_truncated', { finish: 'none', done: false }],
  'a parameter refused': ['client_error', { refusedParameters: ['messages'] }],
};

const names = [...Object.keys(harmless), ...Object.keys(failures)];

/** A port of this machine that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function scenario(urls: { readonly main: string; readonly guarded: string; readonly closed: string }) {
  const providers = [
    { name: 'main', base_url: urls.main, models: [...names, 'unknown'] },
    { name: 'guarded', base_url: urls.guarded, models: ['sim-one'] },
    { name: 'closed', base_url: urls.closed, models: ['nobody'] },
  ];
  return {
    name: 'odd-answers',
    providers: providers.map((provider) => ({ ...provider, type: 'openai-compatible' })),
    workload: { scenarios: [{ name: 'odd', prompt: 'Is this odd?', requests, concurrency: 4 }] },
  };
}

let simulator: SimulatorProcess;
let report: Report;

beforeAll(async () => {
  simulator = await simulatorProcess();
  const broken = Object.entries(failures).map(([name, [, changes]]) => [name, changes] as const);
  const models = [...Object.entries(harmless), ...broken];
  await simulator.setModels(
    Object.fromEntries(models.map(([name, changes]) => [name, { ...quick, ...changes }])),
  );
  await using guarded = await simulatorInProcess({ apiKey: 'another' });
  const closed = `http://127.0.0.1:${await closedPort()}`;
  ({ report } = await runScenario(scenario({ main: simulator.url, guarded: guarded.url, closed })));
});

afterAll(() => simulator.close());

function groupOf(model: string): ReportGroup {
  const group = report.groups.find(({ labels }) => labels.model === model);
  if (group === undefined) throw new Error(`The report has no group ${model}.`);
  return group;
}

describe.each(Object.keys(harmless))('%s', (model) => {
  it('is no failure, and its tokens are counted', async () => {
    const own = truthOf(await readTruth(simulator.url), model, true);
    expect(own).toHaveLength(requests);
    expect(groupOf(model).accounting).toMatchObject({ scheduled: requests, completed: requests, failed: 0 });
    expect(groupOf(model).tokens.output).toBe(truthTokens(own).outputTokens);
  });
});

describe('what is a failure', () => {
  it.each([...Object.keys(failures), 'unknown', 'sim-one', 'nobody'])('%s: fails each time', (model) => {
    expect(groupOf(model).accounting).toMatchObject({ scheduled: requests, completed: 0, failed: requests });
    expect(groupOf(model).tokens.output).toBeNull();
    expect(groupOf(model).metrics.ttft).toBeUndefined();
    expect(groupOf(model).metrics.e2e).toBeUndefined();
  });

  it('has its kind, and an example that says why', () => {
    expect(report.errors).toEqual({
      empty: requests,
      stream_truncated: requests,
      client_error: 2 * requests,
      auth: requests,
      connect: requests,
    });
    expect(report.error_examples['auth']).toContain('Incorrect API key');
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
    const truth = await readTruth(impatient.url);
    expect(calm.accounting).toMatchObject({ scheduled: 60, completed: 60, failed: 0 });
    // What a closed connection swallowed never reached the server.
    expect(truth).toHaveLength(60);
    expect(calm.generator.connections_opened).toBe(connectionsUsed(truth));
    expect(connectionsUsed(truth)).toBeGreaterThan(10);
    expect(connectionsUsed(truth)).toBeLessThan(60);
  });
});
