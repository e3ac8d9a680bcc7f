import { parseScenario } from '@tokenstorm/core';
import type { RunPlan } from '@tokenstorm/core';
import { memoryTransport } from '@tokenstorm/transport';
import { SingleRequests } from '@tokenstorm/worker';
import { describe, expect, it } from 'vitest';
import { recordingServer } from '../support/recording-server.ts';

/** A plan with one target and what else a scenario file may say. */
function planOf(url: string, rest: object = {}): RunPlan {
  const text = JSON.stringify({
    name: 'single',
    providers: [{ name: 'own', type: 'openai-compatible', base_url: `${url}/v1`, models: ['m'] }],
    defaults: { prompt: 'Hello', system: 'Be short' },
    workload: { scenarios: [{ name: 'any', requests: 1, concurrency: 1 }] },
    ...rest,
  });
  const { scenario } = parseScenario(
    { path: 'single.yaml', text },
    { env: {}, readText: () => '', hash: (content) => content },
  );
  return { runId: 'single', scenario, shards: [], snapshotIntervalMs: 1000 };
}

const opened = (plan: RunPlan) =>
  SingleRequests.open({ plan, transport: memoryTransport(), workerId: 'one', environment: {} });

describe('single requests', () => {
  it("send the workload's prompt, or a text in its place, and show the answer", async () => {
    await using server = await recordingServer();
    await using requests = await opened(planOf(server.url));
    let shown = '';
    const onText = (_: string, text: string) => void (shown += text);
    const first = await requests.send({ targetKey: 'own/m', onText }).ended;
    const second = await requests.send({ targetKey: 'own/m', text: 'And you?' }).ended;
    expect(shown).toBe('Hi');
    expect(server.requests.map(({ body }) => body['messages'])).toEqual([
      [
        { role: 'system', content: 'Be short' },
        { role: 'user', content: 'Hello' },
      ],
      [
        { role: 'system', content: 'Be short' },
        { role: 'user', content: 'And you?' },
      ],
    ]);
    expect(first).toMatchObject({ outcome: 'completed', usage: { inputTokens: 3, outputTokens: 1 } });
    expect(first?.attempts[0]?.connection.reused).toBe(false);
    expect(second?.attempts[0]?.connection.reused).toBe(true);
    expect(first).not.toHaveProperty('scheduleLagMs');
  });

  it('are retried as the scenario says, and tell when they were due', async () => {
    let answers = 0;
    await using server = await recordingServer((_, response) => {
      answers += 1;
      if (answers === 1) return void response.writeHead(503).end();
      response.setHeader('content-type', 'text/event-stream');
      response.end(
        'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
      );
    });
    const execution = { retry: { max_attempts: 2, initial_backoff_ms: 1 } };
    await using requests = await opened(planOf(server.url, { execution }));
    const dueMs = requests.nowMs() - 25;
    const record = await requests.send({ targetKey: 'own/m', intendedStartMs: dueMs }).ended;
    expect(record?.outcome).toBe('completed');
    expect(record?.attempts.map(({ statusCode }) => statusCode)).toEqual([503, 200]);
    expect(record?.scheduleLagMs).toBeGreaterThanOrEqual(25);
  });

  it('are cancelled, or left unsent where the budget ends before them', async () => {
    await using server = await recordingServer((_, response) => response.flushHeaders());
    await using requests = await opened(planOf(server.url, { budget: { requests: 1 } }));
    const first = requests.send({ targetKey: 'own/m' });
    await expect.poll(() => server.requests.length).toBe(1);
    const second = requests.send({ targetKey: 'own/m' });
    first.cancel();
    expect(await first.ended).toMatchObject({ outcome: 'cancelled' });
    expect(await second.ended).toBeUndefined();
    expect(requests.isBudgetUsedUp).toBe(true);
    expect(server.requests).toHaveLength(1);
  });
});
