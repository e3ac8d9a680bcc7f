import { providers } from '@tokenstorm/providers';
import { describe, expect, it } from 'vitest';
import { openResponseBody } from './open-response-body.ts';
import type { ResponseTimeline } from './response-timeline.ts';
import { timelineFields } from './timeline-fields.ts';
import { failureOf } from './timeline-outcome.ts';

function readAll(
  body: string,
  cuts: readonly number[],
  onText?: (type: string, text: string) => void,
): ResponseTimeline {
  const whole = Buffer.from(body);
  const reader = openResponseBody(providers.openai.chat, false, onText);
  const bounds = [0, ...cuts, whole.length];
  for (const [index, bound] of bounds.slice(1).entries()) {
    const copy = Buffer.from(whole);
    reader.read(copy, bounds[index]!, bound, 10 * (index + 1));
    copy.fill(0);
  }
  reader.end();
  return reader.timeline;
}

function completion(message: object, more: object = {}): string {
  return JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }], ...more });
}

const plain = completion(
  { role: 'assistant', content: 'Grüße 😀' },
  { usage: { prompt_tokens: 3, completion_tokens: 5 } },
);

describe('a body that was not streamed', () => {
  it('is one content event at its last read, cut anywhere', () => {
    const length = Buffer.byteLength(plain);
    for (let at = 1; at < length; at++) {
      const timeline = readAll(plain, [at]);
      expect(failureOf(timeline)).toBeUndefined();
      expect(timeline.characters).toBe(7);
      expect(timelineFields(timeline, { originMs: 5 })).toEqual({
        firstByteMs: 5,
        firstTokenMs: 15,
        firstAnswerMs: 15,
        lastTokenMs: 15,
        chunkGapsMs: [],
        contentEvents: 1,
        firstEventTokens: 5,
        eventTokens: [5],
        reasoningEvents: 0,
        usage: { inputTokens: 3, outputTokens: 5 },
        usageSource: 'provider',
        finishReason: 'stop',
      });
    }
  });

  it('gives its texts to their consumer', () => {
    const texts: string[] = [];
    readAll(completion({ reasoning: 'Hm', content: 'Hi' }), [], (type, text) =>
      texts.push(`${type} ${text}`),
    );
    expect(texts).toEqual(['reasoning-delta Hm', 'text-delta Hi']);
  });

  it.each([
    ['an error', '{"error":{"message":"boom"}}', 'stream-error'],
    ['no JSON', '<html>', 'protocol'],
    ['half of it', plain.slice(0, 50), 'protocol'],
    ['nothing', '', 'empty'],
    ['no content', completion({ content: '' }), 'empty'],
    ['no choices', '{}', 'empty'],
  ])('fails with %s', (_, body, kind) => {
    expect(failureOf(readAll(body, []))?.kind).toBe(kind);
  });

  it('is complete without a finish reason, and estimated without usage', () => {
    const timeline = readAll('{"choices":[{"message":{"content":"12345"}}]}', []);
    expect(failureOf(timeline)).toBeUndefined();
    expect(timelineFields(timeline, { originMs: 0 })).toMatchObject({
      usage: { outputTokens: 2 },
      usageSource: 'estimated',
      eventTokens: [],
      firstEventTokens: 1,
    });
  });

  it('is limited to 16 MiB', () => {
    const reader = openResponseBody(providers.openai.chat, false);
    const read = Buffer.alloc(1024 * 1024, ' ');
    for (let count = 0; count < 16; count++) reader.read(read, 0, read.length, 1);
    expect(failureOf(reader.timeline)?.kind).toBe('stream-truncated');
    reader.read(read, 0, 1, 2);
    reader.read(read, 0, read.length, 3);
    reader.end();
    expect(failureOf(reader.timeline)).toEqual({
      kind: 'protocol',
      message: 'the body is longer than 16 MiB',
    });
  });
});
