import { providers } from '@tokenstorm/providers';
import type { ResolvedTarget } from '@tokenstorm/providers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RequestSetup, head, timeouts, workload } from '../request/__fixtures__/request-setup.ts';
import type { RequestJob } from '../request/request-job.ts';
import { text } from '../stream/__fixtures__/chat-stream.ts';
import { rawServer } from '../wire/__fixtures__/raw-server.ts';
import { sdkAttempt } from './sdk-attempt.ts';
import { sdkOf } from './sdk-of.ts';

afterEach(() => void vi.unstubAllEnvs());

const dialects = {
  openai: {
    provider: providers.openai.chat,
    target: { type: 'openai-compatible', endpoint: 'chat' },
    first: text('a'),
  },
  anthropic: {
    provider: providers.anthropic.messages,
    target: { type: 'anthropic', endpoint: 'messages' },
    first:
      'event: content_block_delta\n' +
      'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}\n\n',
  },
} as const;

type Dialect = keyof typeof dialects;
const names = Object.keys(dialects) as Dialect[];

/** A request of this dialect by its vendor's SDK. */
function sdkJob(setup: RequestSetup, dialect: Dialect, limits = {}): RequestJob {
  const { provider, target } = dialects[dialect];
  const job = setup.job({ workload: workload({ timeouts: timeouts(limits) }) }, provider);
  const resolved: ResolvedTarget = { ...job.client.target, ...target };
  const client = { ...job.client, target: resolved, attempt: sdkAttempt(sdkOf(resolved, provider)) };
  return { ...job, client };
}

describe('an attempt with an SDK', () => {
  it.each(names)('closes its connection when it was silent for too long (%s)', async (dialect) => {
    const { first } = dialects[dialect];
    await using server = await rawServer((socket) => void socket.write(head() + first));
    await using setup = new RequestSetup(server.origin);
    const record = await setup.ask(sdkJob(setup, dialect, { idleMs: 50 }));
    expect(record).toMatchObject({ outcome: 'failed', failure: { kind: 'idle-timeout' }, contentEvents: 1 });
    await vi.waitFor(() => expect(server.connections.every((socket) => socket.destroyed)).toBe(true));
    expect(setup.deadlines.size).toBe(0);
  });

  it.each(names)('closes its connection when it is cancelled, and tells of it once (%s)', async (dialect) => {
    const { first } = dialects[dialect];
    await using server = await rawServer((socket) => void socket.write(head() + first));
    await using setup = new RequestSetup(server.origin);
    const request = setup.request(sdkJob(setup, dialect));
    request.start();
    await vi.waitFor(() => expect(server.connections).toHaveLength(1));
    request.cancel();
    request.cancel();
    await vi.waitFor(() => expect(server.connections.every((socket) => socket.destroyed)).toBe(true));
    expect(setup.records.map(({ outcome }) => outcome)).toEqual(['cancelled']);
  });

  it('is not sent at all where it is cancelled at once', async () => {
    await using server = await rawServer(() => {});
    await using setup = new RequestSetup(server.origin);
    const request = setup.request(sdkJob(setup, 'openai'));
    request.start();
    request.cancel();
    await setup.ask(sdkJob(setup, 'openai', { firstTokenMs: 50 }));
    expect(server.requests).toHaveLength(1);
  });

  it('fails as a fault of ours where the SDK cannot be loaded', async () => {
    await using setup = new RequestSetup('http://127.0.0.1:1');
    const job = setup.job();
    const attempt = sdkAttempt(Promise.reject(new Error('Cannot find package')));
    const record = await setup.ask({ ...job, client: { ...job.client, attempt } });
    expect(record.failure).toEqual({ kind: 'generator', message: 'Cannot find package' });
  });

  it.each(names)('sends nothing that the environment holds for the vendor (%s)', async (dialect) => {
    const variables = {
      OPENAI_CUSTOM_HEADERS: 'x-gateway: leak-1',
      OPENAI_ORG_ID: 'leak-2',
      OPENAI_PROJECT_ID: 'leak-3',
      ANTHROPIC_CUSTOM_HEADERS: 'x-gateway: leak-4',
      ANTHROPIC_AUTH_TOKEN: 'leak-5',
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    await using server = await rawServer((socket) => socket.end('HTTP/1.1 500 X\r\n\r\n'));
    await using setup = new RequestSetup(server.origin);
    await setup.ask(sdkJob(setup, dialect));
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).not.toMatch(/leak/);
    expect(process.env).toMatchObject(variables);
  });
});
