import { defaultExecution } from '@tokenstorm/core';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, it, vi } from 'vitest';
import type { RunPlan, Workload } from '@tokenstorm/core';
import { providers } from '@tokenstorm/providers';
import { startCannedServer } from './canned-server.ts';
import { rehearse } from './rehearsal.ts';

it('answers as a chat server does, in a stream that ends well', async () => {
  await using server = await startCannedServer();
  const response = await fetch(`${server.baseUrl}/chat/completions`, { method: 'POST', body: '{}' });
  const frames = (await response.text()).split('\n\n').filter((frame) => frame !== '');
  expect(frames).toHaveLength(28);
  expect(frames.at(-1)).toBe('data: [DONE]');
  expect(frames.slice(0, -1).map((frame) => JSON.parse(frame.slice(6)) as object)).toHaveLength(27);
});

it('answers once, when the whole request is there', async () => {
  await using server = await startCannedServer();
  const body = 'x'.repeat(1_000_000);
  const send = () => fetch(`${server.baseUrl}/chat/completions`, { method: 'POST', body });
  const [first, second] = [await (await send()).text(), await (await send()).text()];
  expect(first.match(/\[DONE\]/g)).toHaveLength(1);
  expect(second).toBe(first);
});

it.each([providers.openai.chat, providers.openai.responses, providers.anthropic.messages])(
  'speaks the dialect of the request',
  async (provider) => {
    await using server = await startCannedServer();
    const operation = { chat: '/chat/completions', responses: '/responses', messages: '/messages' };
    const url = server.baseUrl + operation[provider.endpoint];
    const response = await fetch(url, { method: 'POST', body: '{}' });
    const decoder = provider.decoder();
    const payloads = [...(await response.text()).matchAll(/^data: (.*)$/gm)].map(
      ([, payload = '']) => payload,
    );
    const events = payloads.flatMap((payload) => decoder.frame(payload));
    expect(events.filter(({ type }) => type === 'text-delta')).toHaveLength(24);
    expect(events.findLast((event) => event.type === 'usage')?.usage).toEqual({
      inputTokens: 9,
      outputTokens: 24,
    });
    expect(events.filter(({ type }) => type === 'finish')).toHaveLength(1);
    expect(events.at(-1)).toEqual({ type: 'end' });
  },
);

it('sends nothing to the real target, and no secret anywhere', async () => {
  const connections: unknown[] = [];
  const real = createServer((socket) => connections.push(socket)).listen(0, '127.0.0.1');
  await once(real, 'listening');
  const baseUrl = `http://127.0.0.1:${(real.address() as AddressInfo).port}/v1`;
  expect(await rehearse(planFor(baseUrl), [])).toEqual([]);
  expect(connections).toEqual([]);
  real.close();
});

it.each(['chat', 'responses', 'messages'] as const)(
  'goes by the SDK where the run does (%s)',
  async (endpoint) => {
    const { scenario, ...plan } = planFor('http://127.0.0.1:9/v1');
    const type = endpoint === 'messages' ? 'anthropic' : 'openai-compatible';
    const targets = scenario.targets.map((target) => ({ ...target, type, endpoint }) as const);
    const execution = { ...scenario.execution, client: 'sdk' } as const;
    // Bodies are streams of the web with an SDK, and never with our own client.
    const bodies = vi.spyOn(ReadableStream.prototype, 'getReader');
    expect(await rehearse({ ...plan, scenario: { ...scenario, targets, execution } }, [])).toEqual([]);
    expect(bodies.mock.calls.length).toBeGreaterThan(0);
    bodies.mockRestore();
  },
);

it('takes a second, however long the prompts are', { timeout: 20_000 }, async () => {
  const plan = planFor('http://127.0.0.1:9/v1');
  const prompts = {
    kind: 'synthetic',
    inputTokens: { kind: 'fixed', tokens: 1_000_000 },
    sharedPrefixTokens: 0,
  } as const;
  const workloads = plan.scenario.workloads.map((workload) => ({ ...workload, prompts }));
  const startedMs = performance.now();
  expect(await rehearse({ ...plan, scenario: { ...plan.scenario, workloads } }, [])).toEqual([]);
  expect(performance.now() - startedMs).toBeLessThan(5000);
});

function planFor(baseUrl: string): RunPlan {
  const workload = (name: string, load: Workload['load']): Workload => ({
    name,
    targets: ['own/m'],
    load,
    startAfterMs: 60_000,
    warmupMs: 60_000,
    gracefulStopMs: 30_000,
    prompts: { kind: 'messages', messages: [{ role: 'user', content: 'Hi' }] },
    cacheBust: false,
    stream: true,
    extraBody: {},
    headers: { 'x-secret': '${NOT_SET}' },
    slo: {},
    timeouts: { connectMs: 5000, firstTokenMs: 5000, idleMs: 5000, totalMs: 5000 },
  });
  const rate = { executor: 'constant-arrival-rate', ratePerSecond: 1, durationMs: 3_600_000 } as const;
  const users = { executor: 'constant-vus', vus: 1000, durationMs: 3_600_000 } as const;
  return {
    runId: 'r',
    shards: [{ shard: 0, region: 'eu', slice: 0, count: 1 }],
    snapshotIntervalMs: 1000,
    scenario: {
      name: 's',
      seed: 1,
      regions: [{ name: 'eu', weight: 1 }],
      targets: [
        {
          key: 'own/m',
          provider: 'own',
          type: 'openai-compatible',
          endpoint: 'chat',
          model: 'm',
          baseUrl,
          apiKey: '${NOT_SET}',
          headers: { authorization: '${NOT_SET}' },
          query: { key: '${NOT_SET}' },
          tls: { insecure: false },
          http2: false,
        },
      ],
      workloads: [
        workload('rate', { ...rate, arrivals: 'poisson', maxInFlight: 10 }),
        workload('users', { ...users, thinkTimeMs: { kind: 'fixed', value: 1000 } }),
      ],
      limits: [],
      execution: { ...defaultExecution, warmupRequests: 100 },
      thresholds: [],
      exports: [],
    },
  };
}
