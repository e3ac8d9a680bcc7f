import { LLMock } from '@copilotkit/aimock';
import type { Fixture } from '@copilotkit/aimock';
import type { Report, ReportGroup } from '@tokenstorm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScenario } from '../support/run.ts';

const requests = 20;
/** A mock knows no model, and counts what it is asked. */
const flags = ['--no-preflight'];
const chunkSize = 7;
const text = 'Every ship that passes at night sees the same light, and knows by its rhythm which one it is.';
const reasoning = 'A short question about lighthouses.';
const weather = { name: 'get_weather', arguments: '{"city":"Brest","days":3,"unit":"celsius"}' };
const pace = { ttft: 40, tps: 100 };

interface Case {
  readonly response: Fixture['response'];
  readonly fixture?: Partial<Fixture>;
}

const usage = { prompt_tokens: 11, completion_tokens: 24 };

/** Each is asked for by a prompt of its own, which holds its name. */
const answers: Readonly<Record<string, Case>> = {
  'plain text': { response: { content: text, usage }, fixture: { streamingProfile: pace } },
  'reasoning and text': { response: { content: text, reasoning, usage } },
  'tool call': { response: { toolCalls: [weather], usage } },
  'text and tool call': { response: { content: text, toolCalls: [weather], usage } },
  'usage of its own counting': { response: { content: text } },
};

/** With the kinds that they must be reported as. */
const failures: Readonly<Record<string, Case & { readonly kind: string }>> = {
  'too many': {
    kind: 'rate_limited',
    response: { error: { message: 'Slow down' }, status: 429, retryAfter: 7 },
  },
  'not allowed': { kind: 'auth', response: { error: { message: 'Who are you?' }, status: 401 } },
  'too busy': { kind: 'overloaded', response: { error: { message: 'Come back later' }, status: 503 } },
  'filtered answer': { kind: 'content_filter', response: { content: text, finishReason: 'content_filter' } },
  'broken off': { kind: 'reset', response: { content: text }, fixture: { truncateAfterChunks: 4 } },
  'dropped by chaos': {
    kind: 'server_error',
    response: { content: text },
    fixture: { chaos: { dropRate: 1 } },
  },
  'no JSON': { kind: 'protocol', response: { content: text }, fixture: { chaos: { malformedRate: 1 } } },
  'hung up': { kind: 'reset', response: { content: text }, fixture: { chaos: { disconnectRate: 1 } } },
};

const promptOf = (name: string) => `Please give me: ${name}`;

function scenario(url: string, names: readonly string[], settings: object) {
  return {
    name: 'other-servers',
    providers: [{ name: 'aimock', type: 'openai-compatible', base_url: url, models: ['any-model'] }],
    defaults: { requests, concurrency: 2, ...settings },
    workload: { scenarios: names.map((name) => ({ name, prompt: promptOf(name) })) },
  };
}

async function startServer(cases: Readonly<Record<string, Case>>): Promise<LLMock> {
  const server = new LLMock({ port: 0, chunkSize, logLevel: 'silent' });
  for (const [name, { response, fixture }] of Object.entries(cases)) {
    server.addFixture({ match: { userMessage: promptOf(name) }, response, ...fixture });
  }
  await server.start();
  return server;
}

function groupOf(report: Report, name: string): ReportGroup {
  const group = report.groups.find(({ labels }) => labels.scenario === name);
  if (group === undefined) throw new Error(`The report has no group ${name}.`);
  return group;
}

const pieces = (content: string) => Math.ceil(content.length / chunkSize);

describe('answers of aimock', () => {
  let server: LLMock;
  let streamed: Report;
  let whole: Report;

  beforeAll(async () => {
    server = await startServer(answers);
    const names = Object.keys(answers);
    ({ report: streamed } = await runScenario(scenario(server.url, names, {}), { flags }));
    ({ report: whole } = await runScenario(scenario(server.url, names, { stream: false }), { flags }));
  });

  afterAll(() => server.stop());

  it('were asked for exactly as often as planned', () => {
    const asked = requests * Object.keys(answers).length;
    const bodies = server.getRequests().map(({ body }) => body as { stream?: boolean });
    expect(bodies.filter(({ stream }) => stream === true)).toHaveLength(asked);
    expect(bodies).toHaveLength(2 * asked);
    for (const report of [streamed, whole]) {
      const none = { failed: 0, dropped: 0, lost: 0, cancelled: 0 };
      expect(report.accounting).toEqual({ ...none, scheduled: asked, completed: asked });
    }
  });

  it.each([
    ['plain text', pieces(text)],
    ['reasoning and text', pieces(reasoning) + pieces(text)],
    // The name comes first, in a chunk of its own.
    ['tool call', 1 + pieces(weather.arguments)],
    ['text and tool call', pieces(text) + 1 + pieces(weather.arguments)],
    ['usage of its own counting', pieces(text)],
  ])('%s: every chunk with content is counted and no other', (name, chunks) => {
    expect(groupOf(streamed, name).metrics.icl?.count).toBe(requests * (chunks - 1));
    expect(groupOf(streamed, name).metrics.ttft?.count).toBe(requests);
    expect(groupOf(whole, name).metrics.e2e?.count).toBe(requests);
  });

  it.each(['plain text', 'reasoning and text', 'tool call', 'text and tool call'])(
    '%s: tokens are those of its usage, streamed or not',
    (name) => {
      for (const report of [streamed, whole]) {
        expect(groupOf(report, name).tokens).toMatchObject({
          input: requests * usage.prompt_tokens,
          output: requests * usage.completion_tokens,
          source: 'provider',
        });
      }
    },
  );

  it('usage of its own counting: a quarter of the characters', () => {
    const input = Math.ceil(promptOf('usage of its own counting').length / 4);
    for (const report of [streamed, whole]) {
      expect(groupOf(report, 'usage of its own counting').tokens).toMatchObject({
        input: requests * input,
        output: requests * Math.ceil(text.length / 4),
        source: 'provider',
      });
    }
  });

  it('time to first token is that of the first text, not of the role before it', () => {
    // The role comes after `ttft`, the first text one step later. Node's timers are up to 1 ms early.
    const stepMs = 1000 / pace.tps;
    const { ttft, ttfb, icl, e2e } = groupOf(streamed, 'plain text').metrics;
    expect(ttfb?.min).toBeGreaterThanOrEqual(pace.ttft - 1);
    expect(ttft?.min).toBeGreaterThanOrEqual(pace.ttft + stepMs - 2);
    expect(icl?.p50).toBeGreaterThanOrEqual(stepMs - 1);
    expect(e2e?.min).toBeGreaterThanOrEqual(pace.ttft + pieces(text) * (stepMs - 1) - 1);
    expect((ttft?.p50 ?? NaN) - (ttfb?.p50 ?? NaN)).toBeGreaterThan(stepMs - 2);
  });

  it('time to first output leaves the reasoning out', () => {
    const { ttft, ttfo } = groupOf(streamed, 'reasoning and text').metrics;
    expect(ttfo?.mean).toBeGreaterThanOrEqual(ttft?.mean ?? NaN);
    expect(groupOf(streamed, 'tool call').metrics.ttfo?.count).toBe(requests);
  });
});

describe('failures of aimock', () => {
  let server: LLMock;
  let report: Report;

  beforeAll(async () => {
    server = await startServer(failures);
    ({ report } = await runScenario(scenario(server.url, Object.keys(failures), {}), { flags }));
  });

  afterAll(() => server.stop());

  it.each(Object.keys(failures))('%s: every request fails', (name) => {
    expect(groupOf(report, name).accounting).toMatchObject({
      scheduled: requests,
      failed: requests,
      completed: 0,
    });
  });

  it('have their kinds', () => {
    const expected: Record<string, number> = {};
    for (const { kind } of Object.values(failures)) expected[kind] = (expected[kind] ?? 0) + requests;
    expect(report.errors).toEqual(expected);
  });

  it('say what the server said', () => {
    expect(report.error_examples).toMatchObject({
      rate_limited: 'HTTP 429: Slow down',
      auth: 'HTTP 401: Who are you?',
      overloaded: 'HTTP 503: Come back later',
    });
  });

  it('were received once each, but for those that a closed connection lost', () => {
    const asked = requests * Object.keys(failures).length;
    expect(server.getRequests()).toHaveLength(asked + report.retries.stale_reconnects);
  });
});
