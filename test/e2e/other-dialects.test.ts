import { LLMock } from '@copilotkit/aimock';
import type { Fixture } from '@copilotkit/aimock';
import type { Report, ReportGroup } from '@tokenstorm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialectNames, providerOf } from '../support/dialects.ts';
import type { DialectName } from '../support/dialects.ts';
import { runScenario } from '../support/run.ts';

const requests = 10;
const chunkSize = 7;
const text = 'Every ship that passes at night sees the same light, and knows by its rhythm which one it is.';
const reasoning = 'A short question about lighthouses.';
const weather = { name: 'get_weather', arguments: '{"city":"Brest","days":3,"unit":"celsius"}' };
const pieces = (content: string) => Math.ceil(content.length / chunkSize);

/** What each dialect calls its token counts. */
const usages = {
  chat: { prompt_tokens: 11, completion_tokens: 24 },
  responses: { input_tokens: 11, output_tokens: 24 },
  messages: { input_tokens: 11, output_tokens: 24 },
};

interface Answer {
  readonly response: object;
  /** Content events of its stream. */
  readonly events: number;
}

/** Each is asked for by a prompt of its own, which holds its name. */
const answers: Readonly<Record<string, Answer>> = {
  'plain text': { response: { content: text }, events: pieces(text) },
  'reasoning and text': {
    response: { content: text, reasoning },
    events: pieces(reasoning) + pieces(text),
  },
  // The name comes first, in an event of its own.
  'tool call': { response: { toolCalls: [weather] }, events: 1 + pieces(weather.arguments) },
  'text and two calls': {
    response: { content: text, toolCalls: [weather, weather] },
    events: pieces(text) + 2 * (1 + pieces(weather.arguments)),
  },
};

const ofEach: Readonly<Record<DialectName, Readonly<Record<string, Answer>>>> = {
  chat: {},
  responses: {},
  messages: {
    // Each block is one event with its data.
    'redacted thinking and text': {
      response: { content: text, redactedThinking: ['Em8KAhgB', 'Em9KAhgC'] },
      events: 2 + pieces(text),
    },
  },
};

interface Failure {
  readonly kind: string;
  readonly fixture: Pick<Fixture, 'response'> & Partial<Fixture>;
}

const refusal = (status: number, message: string): Failure['fixture'] => ({
  response: { error: { message, type: 'some_error' }, status },
});

/** With the kinds that they must be reported as, in every dialect. */
const failures: Readonly<Record<string, Failure>> = {
  'too many': { kind: 'rate_limited', fixture: refusal(429, 'Slow down') },
  'not allowed': { kind: 'auth', fixture: refusal(401, 'Who are you?') },
  'too busy': { kind: 'overloaded', fixture: refusal(503, 'Come back later') },
  'much too busy': { kind: 'overloaded', fixture: refusal(529, 'Overloaded') },
  'not well': { kind: 'server_error', fixture: refusal(500, 'Oh no') },
  'broken off': { kind: 'reset', fixture: { response: { content: text }, truncateAfterChunks: 6 } },
  'no JSON': { kind: 'protocol', fixture: { response: { content: text }, chaos: { malformedRate: 1 } } },
  'hung up': { kind: 'reset', fixture: { response: { content: text }, chaos: { disconnectRate: 1 } } },
};

const promptOf = (name: string) => `Please give me: ${name}`;

function scenario(url: string, dialect: DialectName, names: readonly string[], settings: object) {
  const provider = providerOf(dialect, url, ['any-model']);
  return {
    name: 'other-dialects',
    providers: [{ ...provider, api_key: '${AIMOCK_KEY}' }],
    defaults: { requests, concurrency: 2, system: 'Be brief.', ...settings },
    workload: { scenarios: names.map((name) => ({ name, prompt: promptOf(name) })) },
  };
}

function groupOf(report: Report, name: string): ReportGroup {
  const group = report.groups.find(({ labels }) => labels.scenario === name);
  if (group === undefined) throw new Error(`The report has no group ${name}.`);
  return group;
}

const paths = { chat: '/v1/chat/completions', responses: '/v1/responses', messages: '/v1/messages' };
const input = { environment: { AIMOCK_KEY: 'k-1234' }, flags: ['--no-preflight'] };

describe.each(dialectNames)('aimock, which speaks %s by itself', (dialect) => {
  const own = { ...answers, ...ofEach[dialect] };
  let server: LLMock;
  let streamed: Report;
  let whole: Report;
  let failed: Report;

  beforeAll(async () => {
    server = new LLMock({ port: 0, chunkSize, logLevel: 'silent' });
    for (const [name, { response }] of Object.entries(own)) {
      const told = { ...response, usage: usages[dialect] } as Fixture['response'];
      server.addFixture({ match: { userMessage: promptOf(name) }, response: told });
    }
    for (const [name, { fixture }] of Object.entries(failures))
      server.addFixture({ ...fixture, match: { userMessage: promptOf(name) } });
    await server.start();
    const run = async (names: readonly string[], settings: object) =>
      (await runScenario(scenario(server.url, dialect, names, settings), input)).report;
    streamed = await run(Object.keys(own), {});
    whole = await run(Object.keys(own), { stream: false });
    failed = await run(Object.keys(failures), {});
  }, 60_000);

  afterAll(() => server.stop());

  it('was asked at its path, as often as planned', () => {
    const asked = server.getRequests();
    const planned = requests * (2 * Object.keys(own).length + Object.keys(failures).length);
    // It hangs up with a reset, which on a connection that served before may mean a stale one.
    expect(asked).toHaveLength(planned + failed.retries.stale_reconnects);
    expect([streamed, whole].map(({ retries }) => retries.stale_reconnects)).toEqual([0, 0]);
    expect(new Set(asked.map((request) => request.path))).toEqual(new Set([paths[dialect]]));
  });

  it.each(Object.entries(own))('%s: every event with content is counted and no other', (name, { events }) => {
    expect(groupOf(streamed, name).metrics.icl?.count).toBe(requests * (events - 1));
    expect(groupOf(streamed, name).metrics.ttft?.count).toBe(requests);
    expect(groupOf(whole, name).metrics.e2e?.count).toBe(requests);
  });

  it.each(Object.keys(own))('%s: tokens are those of its usage, streamed or not', (name) => {
    for (const report of [streamed, whole]) {
      const { accounting, tokens } = groupOf(report, name);
      expect(accounting).toMatchObject({ scheduled: requests, completed: requests, failed: 0 });
      expect(tokens).toMatchObject({ input: 11 * requests, output: 24 * requests, source: 'provider' });
    }
  });

  it('its failures have their kinds, once each, and say why', () => {
    const kinds: Record<string, number> = {};
    for (const { kind } of Object.values(failures)) kinds[kind] = (kinds[kind] ?? 0) + requests;
    expect(failed.errors).toEqual(kinds);
    for (const name of Object.keys(failures))
      expect(groupOf(failed, name).accounting).toMatchObject({ failed: requests, completed: 0 });
    expect(failed.error_examples).toMatchObject({
      rate_limited: 'HTTP 429: Slow down',
      auth: 'HTTP 401: Who are you?',
      server_error: 'HTTP 500: Oh no',
    });
  });
});
