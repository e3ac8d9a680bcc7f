import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import type { RunPlan, Workload } from '@tokenstorm/core';
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

it('sends nothing to the real target, and no secret anywhere', async () => {
  const connections: unknown[] = [];
  const real = createServer((socket) => connections.push(socket)).listen(0, '127.0.0.1');
  await once(real, 'listening');
  const baseUrl = `http://127.0.0.1:${(real.address() as AddressInfo).port}/v1`;
  expect(await rehearse(planFor(baseUrl), [])).toEqual([]);
  expect(connections).toEqual([]);
  real.close();
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
      execution: { warmupRequests: 100, onInvalid: 'fail' },
      thresholds: [],
      exports: [],
    },
  };
}
