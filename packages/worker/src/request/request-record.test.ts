import { describe, expect, it } from 'vitest';
import { providers } from '@tokenstorm/providers';
import { readAll } from '../stream/__fixtures__/chat-stream.ts';
import { done, finish, text, usageChunk } from '../stream/__fixtures__/chat-stream.ts';
import type { AttemptResult } from './attempt-run.ts';
import type { RequestJob } from './request-job.ts';
import { attemptRecord, requestRecord } from './request-record.ts';
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
    provider: providers.openai.chat,
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
    attempt: () => {
      throw new Error('nothing is tried here');
    },
    conceal: (message) => message.replaceAll('secret', '[redacted]'),
  },
  admission: { enter: () => undefined },
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

const waits = { concurrencyMs: 7, retryMs: 0 };
const course = { job, earlier: [], result, endMs: 1100, sendDelayMs: 2, waits, cancelled: false };

describe('requestRecord', () => {
  it('counts from the start of the run and keeps lag, wait and delay apart', () => {
    expect(requestRecord(course)).toMatchObject({
      workload: 'load',
      target: 'own/m',
      phase: 'main',
      arrivalIndex: 7,
      intendedStartMs: 600,
      scheduleLagMs: 3,
      sendDelayMs: 2,
      waits: { concurrencyMs: 7, retryMs: 0 },
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
    const record = requestRecord({ ...course, job: closed });
    expect(record).not.toHaveProperty('scheduleLagMs');
  });

  it('has neither attempt nor delay where it was cancelled before it was sent', () => {
    const unsent = { result: undefined, endMs: 1030, sendDelayMs: undefined, cancelled: true };
    const record = requestRecord({ ...course, ...unsent });
    expect(record).toMatchObject({ outcome: 'cancelled', attempts: [], endMs: 630, streamed: true });
    expect(record).not.toHaveProperty('sendDelayMs');
  });

  it('names the failure of one that failed, without secrets, and none of one that was cancelled', () => {
    const failed: AttemptResult = { ...result, failure: { kind: 'reset', message: 'lost the secret' } };
    const failure = { kind: 'reset', message: 'lost the [redacted]' };
    expect(requestRecord({ ...course, result: failed })).toMatchObject({
      outcome: 'failed',
      failure,
      attempts: [{ failure }],
    });
    const cancelled = requestRecord({ ...course, result: failed, cancelled: true });
    expect(cancelled).not.toHaveProperty('failure');
    expect(cancelled.attempts[0]).not.toHaveProperty('failure');
  });

  it('has the attempts before the last one, each with its failure, and the last one alone as its course', () => {
    const failed: AttemptResult = {
      startMs: 1012,
      endMs: 1020,
      streamed: true,
      statusCode: 429,
      connection: { reused: false, tcpMs: 1 },
      staleReconnects: 0,
      failure: { kind: 'rate-limited', message: 'HTTP 429: secret' },
    };
    const earlier = [attemptRecord(failed, job)];
    const retried = requestRecord({ ...course, earlier, result: { ...result, startMs: 1030 } });
    expect(retried.attempts).toEqual([
      {
        startMs: 612,
        endMs: 620,
        statusCode: 429,
        connection: { reused: false, tcpMs: 1 },
        staleReconnects: 0,
        failure: { kind: 'rate-limited', message: 'HTTP 429: [redacted]' },
      },
      { startMs: 630, endMs: 700, statusCode: 200, connection: { reused: true }, staleReconnects: 1 },
    ]);
    expect(retried).toMatchObject({ outcome: 'completed', firstTokenMs: 650 });
    const backingOff = { result: undefined, endMs: 1025, cancelled: true };
    expect(requestRecord({ ...course, earlier, ...backingOff })).toMatchObject({
      outcome: 'cancelled',
      attempts: [{ failure: { kind: 'rate-limited' } }],
      sendDelayMs: 2,
      endMs: 625,
    });
  });

  it('estimates tokens where the provider counts none: a quarter of the characters, rounded up', () => {
    const timeline = readAll([[text('abcde') + finish + done, 1050]]);
    expect(requestRecord({ ...course, result: { ...result, timeline } })).toMatchObject({
      usage: { inputTokens: 2, outputTokens: 2 },
      usageSource: 'estimated',
    });
  });
});
