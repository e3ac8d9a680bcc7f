import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '@tokenstorm/worker';
import { probeText } from './probe.ts';
import type { ProbedTarget } from './probe.ts';

const target = {
  key: 'own/m',
  provider: 'own',
  type: 'openai-compatible',
  endpoint: 'chat',
  model: 'm',
  baseUrl: 'http://h',
  headers: {},
  query: {},
  tls: { insecure: false },
  http2: false,
} as const;

const answered: ProbeResult = {
  connection: { reused: false, tcpMs: 1.5 },
  statusCode: 200,
  headers: { 'content-type': 'text/event-stream', server: 'evil\u001B[31m\nserver' },
  headMs: 20,
  firstByteMs: 21,
  firstTokenMs: 22,
  lastTokenMs: 40,
  endMs: 41,
  streamed: true,
  events: { 'text-delta': 3, end: 1 },
  contentEvents: 3,
  eventTokens: [],
  hasEnded: true,
  texts: { 'text-delta': 'One, two,\n\u0007three.' },
};

const failed: ProbeResult = {
  connection: { reused: false },
  headers: {},
  endMs: 3,
  streamed: false,
  events: {},
  contentEvents: 0,
  eventTokens: [],
  hasEnded: false,
  texts: {},
  failure: { kind: 'connect', message: 'connect ECONNREFUSED 127.0.0.1:9' },
};

const shown = (result: ProbeResult, width = 80, colours = false) => {
  const probed: ProbedTarget = { target, url: 'http://h/v1/chat/completions', result, limits: [] };
  return probeText([probed], { width, colours });
};

describe('probeText', () => {
  it('says where reasoning is not counted apart, and takes no event for several tokens there', () => {
    const usage = { inputTokens: 5, outputTokens: 550, uncountedReasoning: true } as const;
    const text = shown({ ...answered, usage, finishReason: 'stop' }, 400);
    expect(text).toContain('How much of the output is reasoning is not stated');
    expect(text).not.toContain('Events carry several tokens');
    expect(shown({ ...answered, usage: { inputTokens: 5, outputTokens: 550 } }, 400)).toContain(
      'Events carry several tokens',
    );
  });

  it('says what was understood, and what a measurement would lack', () => {
    const text = shown(answered);
    expect(text).toMatch(
      /^own\/m {2}OK\nRequest +POST http:\/\/h\/v1\/chat\/completions \(openai-compatible,/,
    );
    expect(text).toMatch(/^Connection +tcp 1\.50 ms$/m);
    expect(text).toMatch(/^Events +3 with content, 3 text-delta, 1 end, no finish reason, end mark$/m);
    expect(text).toMatch(/^Answer +One, two, three\.$/m);
    expect(text).toMatch(/^- No output tokens are stated/m);
  });

  it('is one of failure where there was no connection, with nothing that was not there', () => {
    expect(shown(failed).split('\n')).toEqual([
      'own/m  FAILED',
      'Request      POST http://h/v1/chat/completions (openai-compatible, chat)',
      'Failure      connect: connect ECONNREFUSED 127.0.0.1:9',
      'Connection   none',
      '',
    ]);
  });

  it.each([60, 80])('keeps to %d columns, and to what a terminal should be sent', (width) => {
    const text = shown(answered, width);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    expect(text).not.toMatch(/[\p{Cc}--\n]/v);
    expect(text).toContain('evil [31m server');
    expect(shown(answered, width, true)).toMatch(/\p{Cc}\[/u);
  });
});
