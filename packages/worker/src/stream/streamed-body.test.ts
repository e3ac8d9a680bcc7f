import { providers } from '@tokenstorm/providers';
import { describe, expect, it } from 'vitest';
import { done, event, finish, readAll, role, text, usageChunk } from './__fixtures__/chat-stream.ts';
import type { Read } from './__fixtures__/chat-stream.ts';
import { openResponseBody } from './open-response-body.ts';
import { timelineFields } from './timeline-fields.ts';
import { failureOf } from './timeline-outcome.ts';

describe('times', () => {
  it('are those of the reads that completed the events', () => {
    const timeline = readAll([
      [role, 100],
      [event({ reasoning_content: 'Hm' }), 110],
      [text('a') + text('b'), 125],
      [text('c').slice(0, 30), 126],
      [text('c').slice(30), 131.5],
      [finish, 140],
      [usageChunk({ completion_tokens: 4 }) + done, 190],
    ]);
    expect(timelineFields(timeline, { originMs: 90, promptCharacters: 9 })).toEqual({
      firstByteMs: 10,
      firstTokenMs: 20,
      firstAnswerMs: 35,
      lastTokenMs: 41.5,
      chunkGapsMs: [15, 0, 6.5],
      contentEvents: 4,
      firstEventTokens: 1,
      eventTokens: [],
      reasoningEvents: 1,
      usage: { inputTokens: 3, outputTokens: 4 },
      usageSource: 'provider',
      inputSource: 'estimated',
      finishReason: 'stop',
    });
  });

  it('do not count a pause between the last content and the end', () => {
    const timeline = readAll([
      [text('a'), 1],
      [text('b'), 2],
      [finish, 102],
      [done, 103],
    ]);
    expect(timeline).toMatchObject({ firstTokenMs: 1, lastTokenMs: 2, gapsMs: [1] });
  });

  it('count an event from its blank line', () => {
    const whole = text('a');
    expect(
      readAll([
        [whole.slice(0, -1), 1],
        ['\n', 2],
        [finish, 3],
      ]),
    ).toMatchObject({ firstByteMs: 1, firstTokenMs: 2 });
  });

  it('are absent where nothing came', () => {
    expect(timelineFields(readAll([]), { originMs: 0 })).toEqual({
      chunkGapsMs: [],
      contentEvents: 0,
      firstEventTokens: 0,
      eventTokens: [],
      reasoningEvents: 0,
      usage: { outputTokens: 0 },
      usageSource: 'estimated',
    });
    expect(readAll([['', 1]]).firstByteMs).toBeUndefined();
  });

  it('tell an answer by text, refusal or tool call', () => {
    const call = { tool_calls: [{ index: 0, function: { name: 'f' } }] };
    for (const delta of [{ content: 'a' }, { refusal: 'a' }, call]) {
      const timeline = readAll([
        [event({ reasoning: 'r' }), 1],
        [event(delta), 2],
        [finish, 3],
      ]);
      expect(timeline).toMatchObject({ firstTokenMs: 1, firstAnswerMs: 2 });
    }
    expect(readAll([[event({ reasoning: 'r' }) + finish, 1]]).firstAnswerMs).toBeUndefined();
  });
});

describe('tokens that came with the first stamp', () => {
  it('are one an event where nobody says', () => {
    expect(
      readAll([
        [text('a') + text('b'), 1],
        [text('c') + done, 2],
      ]).firstEventTokens(),
    ).toBe(2);
  });

  it('are as many as the events say', () => {
    const ids = (...list: number[]): object => ({ token_ids: list });
    const timeline = readAll([
      [text('a', ids(1, 2)) + text('b', ids(3)), 1],
      [text('c', ids(4, 5)) + done, 2],
    ]);
    expect(timeline.firstEventTokens()).toBe(3);
    expect(timeline.eventTokens()).toEqual([2, 1, 2]);
  });
});

describe('failures', () => {
  it('gives a connection lost in mid-stream what had come before it', () => {
    const body = openResponseBody(providers.openai.chat, true);
    const stream = Buffer.from(text('Hello') + text(' you'));
    body.read(stream, 0, stream.length - 1, 3);
    expect(body.timeline.contentEvents).toBe(1);
    expect(timelineFields(body.timeline, { originMs: 1 })).toMatchObject({ firstTokenMs: 2, lastTokenMs: 2 });
  });

  it('keep the first error, without the key', () => {
    const timeline = readAll([['data: {"error":"no tiger here"}\n\ndata: {"error":"second"}\n\n', 1]]);
    expect(failureOf(timeline, 'tiger')).toEqual({ kind: 'stream-error', message: 'no [redacted] here' });
  });

  it('cut a stream of ever more events off', () => {
    const body = openResponseBody(providers.openai.chat, true);
    const read = Buffer.from(text('a').repeat(1024));
    for (let count = 0; count < 256; count++) body.read(read, 0, read.length, count);
    expect([body.timeline.contentEvents, body.timeline.isCutOff]).toEqual([262_144, false]);
    body.read(read, 0, read.length, 256);
    body.read(read, 0, read.length, 257);
    expect([body.timeline.contentEvents, body.timeline.isCutOff]).toEqual([263_168, true]);
    expect(failureOf(body.timeline)).toEqual({
      kind: 'protocol',
      message: 'the stream has more than 262,144 events with content',
    });
  });

  it('cut a stream of nothing but comments off', () => {
    const body = openResponseBody(providers.openai.chat, true);
    const read = Buffer.from(`:${' '.repeat(1022)}\n`.repeat(1024));
    for (let count = 0; count < 1024; count++) body.read(read, 0, read.length, count);
    expect(body.timeline.isCutOff).toBe(false);
    body.read(read, 0, read.length, 1024);
    expect(failureOf(body.timeline)?.message).toBe('the stream is longer than 1024 MiB');
  });

  it('name an event that is too long', () => {
    const reads = Array.from({ length: 130 }, (): Read => [Buffer.alloc(65_000, 'x'), 1]);
    expect(failureOf(readAll(reads))).toEqual({
      kind: 'protocol',
      message: 'a line or event of the stream is longer than 8 MiB',
    });
  });
});
