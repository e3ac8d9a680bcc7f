import { describe, expect, it } from 'vitest';
import { providers } from '@tokenstorm/providers';
import { readAll } from '../stream/__fixtures__/chat-stream.ts';
import { done, finish, text, usageChunk } from '../stream/__fixtures__/chat-stream.ts';
import type { AttemptResult } from './attempt.ts';
import type { RequestJob } from './request-job.ts';
import { requestRecord } from './request-record.ts';
import { workload } from './__fixtures__/request-setup.ts';

/** Due at 1,000 ms of a run that began at 400, handed over at 1,003, admitted at 1,010, sent at 1,012. */
const job: RequestJob = {
  workload: workload(),
  client: {
    target: {
      key: 'own/m',
      provider: 'own',
      type: 'openai',
      endpoint: 'chat',
      model: 'm',
      baseUrl: '',
      apiKey: undefined,
      headers: {},
      query: {},
      tls: { insecure: false },
      http2: false,
    },
    provider: providers.openai,
    http: {
      path: 'wire',
      send: () => {
        throw new Error('nothing is sent here');
      },
      stats: {
        path: 'wire',
        requests: 0,
        connectionsOpened: 0,
        staleReconnects: 0,
        redirects: 0,
        decodedResponses: 0,
      },
      close: async () => {},
    },
    sendOptions: { connectTimeoutMs: 1, tls: { insecure: false } },
    conceal: (message) => message.replaceAll('secret', '[redacted]'),
  },
  call: { messages: [{ role: 'user', content: '12345678' }], stream: true, extraBody: {}, headers: {} },
  phase: 'main',
  arrivalIndex: 7,
  intendedStartMs: 1000,
  handOverMs: 1003,
  scheduled: true,
  runStartMs: 400,
};

const result: AttemptResult = {
  startMs: 1012,
  endMs: 1100,
  streamed: true,
  statusCode: 200,
  connection: { reused: true },
  staleReconnects: 1,
  timeline: readAll([
    [text('a'), 1050],
    [text('b'), 1070],
    [finish + usageChunk({ prompt_tokens: 5, completion_tokens: 2 }) + done, 1090],
  ]),
};

describe('requestRecord', () => {
  it('counts from the start of the run and keeps lag, wait and delay apart', () => {
    expect(requestRecord({ job, admittedMs: 1010, endMs: 1100, result, cancelled: false })).toMatchObject({
      workload: 'load',
      target: 'own/m',
      phase: 'main',
      arrivalIndex: 7,
      intendedStartMs: 600,
      scheduleLagMs: 3,
      sendDelayMs: 2,
      waits: { rateLimitMs: 0, concurrencyMs: 7, retryMs: 0 },
      attempts: [
        { startMs: 612, endMs: 700, statusCode: 200, connection: { reused: true }, staleReconnects: 1 },
      ],
      firstTokenMs: 650,
      lastTokenMs: 670,
      endMs: 700,
      chunkGapsMs: [20],
      usage: { inputTokens: 5, outputTokens: 2 },
      usageSource: 'provider',
      outcome: 'completed',
    });
  });

  it('has no lag where nothing was scheduled', () => {
    const closed = { ...job, scheduled: false };
    const record = requestRecord({ job: closed, admittedMs: 1010, endMs: 1100, result, cancelled: false });
    expect(record).not.toHaveProperty('scheduleLagMs');
  });

  it('has neither attempt nor delay where it was cancelled before it was sent', () => {
    const course = { job, admittedMs: 1030, endMs: 1030, result: undefined, cancelled: true };
    const record = requestRecord(course);
    expect(record).toMatchObject({ outcome: 'cancelled', attempts: [], endMs: 630, streamed: true });
    expect(record).not.toHaveProperty('sendDelayMs');
    expect(record.waits.concurrencyMs).toBe(27);
  });

  it('names the failure of one that failed, without secrets, and none of one that was cancelled', () => {
    const failed: AttemptResult = { ...result, failure: { kind: 'reset', message: 'lost the secret' } };
    const course = { job, admittedMs: 1010, endMs: 1100, result: failed };
    expect(requestRecord({ ...course, cancelled: false })).toMatchObject({
      outcome: 'failed',
      failure: { kind: 'reset', message: 'lost the [redacted]' },
    });
    expect(requestRecord({ ...course, cancelled: true })).not.toHaveProperty('failure');
  });

  it('estimates tokens where the provider counts none: a quarter of the characters, rounded up', () => {
    const timeline = readAll([[text('abcde') + finish + done, 1050]]);
    const course = { job, admittedMs: 1010, endMs: 1100, result: { ...result, timeline }, cancelled: false };
    expect(requestRecord(course)).toMatchObject({
      usage: { inputTokens: 2, outputTokens: 2 },
      usageSource: 'estimated',
    });
  });
});
