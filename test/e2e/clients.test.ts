import type { Report } from '@tokenstorm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedPort } from '../support/closed-port.ts';
import { runFlags } from '../support/run.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';

let simulator: SimulatorProcess;

/** A reset before any byte comes first: on a connection that was used before, our own client would take it for stale. */
const faults = {
  1: 'reset_before',
  2: 'rate_limited',
  3: 'server_error',
  4: 'overloaded',
  5: 'reset_after',
  6: 'truncated',
  7: 'stream_error',
  8: 'bad_json',
  9: 'cut',
} as const;

beforeAll(async () => {
  simulator = await simulatorProcess();
  await simulator.setModels({
    steady: { ttftMs: 100, itlMs: 10, tokens: 30, maxTokens: 'ignored' },
    thinks: {
      ttftMs: 20,
      itlMs: 2,
      tokens: 10,
      reasoningTokens: 8,
      cachedPromptTokens: 3,
      maxTokens: 'ignored',
    },
    whole: { ttftMs: 20, itlMs: 1, tokens: 10, maxTokens: 'ignored' },
    faulty: { ttftMs: 5, itlMs: 1, tokens: 10, maxTokens: 'ignored', faultPlan: faults },
  });
});

afterAll(() => simulator.close());

async function run(endpoint: string, client: string, words: readonly string[]): Promise<Report> {
  await simulator.reset();
  const target = [
    '--url',
    simulator.url,
    '--endpoint-type',
    endpoint,
    '--client',
    client,
    '--prompt',
    'Hello',
  ];
  return (await runFlags([...target, ...words])).report;
}

/** The same load by our own client and by the vendor's SDK. */
async function byBoth(endpoint: string, words: readonly string[]): Promise<{ wire: Report; sdk: Report }> {
  return { wire: await run(endpoint, 'wire', words), sdk: await run(endpoint, 'sdk', words) };
}

const counts = ({ accounting, tokens, metrics, errors }: Report) => ({
  accounting,
  tokens,
  errors,
  events: (metrics.icl?.count ?? 0) + (metrics.ttft?.count ?? 0),
  answers: metrics.ttfo?.count,
});

const endpoints = ['chat', 'responses', 'messages'];

describe("the vendor's SDK and our own client", { timeout: 120_000 }, () => {
  // A machine that runs other tests beside it may hold either of them up for more than 5 ms.
  it.each(['chat', 'messages'])(
    'agree at 20 requests a second on every count and token, and on the median TTFT within 5 ms (%s)',
    { retry: 3 },
    async (endpoint) => {
      const { wire, sdk } = await byBoth(endpoint, ['--model', 'steady', '--request-rate', '20', '-d', '4s']);
      expect(counts(sdk)).toEqual(counts(wire));
      expect(wire.accounting).toMatchObject({ scheduled: 80, completed: 80 });
      expect(wire.tokens).toMatchObject({ output: 2400, source: 'provider' });
      expect(Math.abs(sdk.metrics.ttft!.p50 - wire.metrics.ttft!.p50)).toBeLessThan(5);
    },
  );

  it.each(endpoints)('agree on reasoning and cached tokens (%s)', async (endpoint) => {
    const { wire, sdk } = await byBoth(endpoint, ['--model', 'thinks', '-c', '2', '-n', '6']);
    expect(counts(sdk)).toEqual(counts(wire));
    expect(wire.accounting.completed).toBe(6);
  });

  it.each(endpoints)('agree on what is not streamed (%s)', async (endpoint) => {
    const { wire, sdk } = await byBoth(endpoint, [
      '--model',
      'whole',
      '-c',
      '2',
      '-n',
      '6',
      '--no-streaming',
    ]);
    expect(counts(sdk)).toEqual(counts(wire));
    expect(sdk.metrics.e2e?.count).toBe(6);
  });

  it.each(endpoints)('agree on why requests fail, and try none of them again (%s)', async (endpoint) => {
    const load = ['--model', 'faulty', '-c', '1', '-n', '12', '--no-preflight'];
    const wire = await run(endpoint, 'wire', load);
    const sdk = await run(endpoint, 'sdk', load);
    expect((await simulator.summary()).received).toBe(12);
    expect(counts(sdk)).toEqual(counts(wire));
    expect(sdk.accounting).toMatchObject({ completed: 3, failed: 9 });
  });

  it('a server that cannot be reached, and one that is slower than a timeout, fail under the same kinds', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const down = ['--model', 'steady', '-c', '1', '-n', '2', '--no-preflight', '--url', url];
    const prompt = ['--prompt', 'Hello'];
    const errors = async (client: string) =>
      (await runFlags([...down, '--client', client, ...prompt])).report.errors;
    expect(await errors('sdk')).toEqual(await errors('wire'));
    const slow = ['--model', 'steady', '-c', '1', '-n', '1', '--request-timeout-seconds', '0.2'];
    const { wire, sdk } = await byBoth('chat', slow);
    expect([sdk.errors, wire.errors]).toEqual([{ request_timeout: 1 }, { request_timeout: 1 }]);
  });
});
