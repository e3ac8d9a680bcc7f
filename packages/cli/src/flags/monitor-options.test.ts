import { TokenstormError } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { readMonitorOptions } from './monitor-options.ts';

const target = { url: ['http://127.0.0.1:1'], model: ['m'] };
const unattended = { ...target, every: ['30s'] };

function read(parsed: Readonly<Record<string, unknown>>, environment: Record<string, string> = {}) {
  return readMonitorOptions(undefined, parsed, environment);
}

function problemOf(
  parsed: Readonly<Record<string, unknown>>,
  environment: Record<string, string> = {},
): string {
  try {
    read(parsed, environment);
  } catch (error) {
    if (error instanceof TokenstormError) return error.message;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('readMonitorOptions', () => {
  it('takes one request at a time, with a short prompt where none is given', () => {
    const { run, hasPrompt, everyMs, alertWindowMs, alertLeastCalls, asksFor } = read(target);
    expect(run.scenario).toMatchObject({
      concurrency: 1,
      requestCount: 1,
      prompt: expect.stringMatching(/Count/),
    });
    expect({ hasPrompt, everyMs, alertWindowMs, alertLeastCalls, asksFor }).toEqual({
      hasPrompt: false,
      everyMs: undefined,
      alertWindowMs: 300_000,
      alertLeastCalls: 3,
      asksFor: [],
    });
  });

  it('does not take its own flags for those of a load', () => {
    const { run, count, durationMs } = read({ ...unattended, count: ['5'], duration: ['1h'], json: true });
    expect({ count, durationMs }).toEqual({ count: 5, durationMs: 3_600_000 });
    expect(run.scenario).toMatchObject({ requestCount: 1 });
    expect(run.scenario.duration).toBeUndefined();
    expect(run.json).toBe(false);
  });

  it('takes GLM where its key is there and nothing else is said, and knows what it would have to ask', () => {
    expect(read({}, { GLM_API_KEY: 'k' }).run.scenario).toMatchObject({
      provider: 'glm',
      models: ['glm-4.6'],
    });
    expect(read({}).asksFor).toEqual(['provider', 'model']);
    expect(read({ model: ['m'] }).asksFor).toEqual(['provider']);
  });

  it.each([
    [{ ...target, count: ['3'] }, /--count needs --every/],
    [{ ...target, alert: ['errors: rate < 1%'] }, /--alert needs --every/],
    [{ ...unattended, every: ['10ms'] }, /--every 10ms: expected at least 0\.1s/],
    [{ ...unattended, webhook: ['https://x.example'] }, /--webhook needs --alert/],
    [{ ...unattended, alert: ['ttft'] }, /--alert ttft: expected metric: condition/],
    [{ ...unattended, alert: ['icl: p(95) < 1s'] }, /use tpot/],
    [{ ...unattended, alert: ['errors: p(5) < 1'] }, /rate < 1%/],
    [{ ...unattended, state: ['x'], files: false }, /--no-files and --state/],
    [{ ...unattended, influx: ['redis://x'] }, /--influx: the URL of InfluxDB does not begin with http/],
  ])('refuses %j', (parsed, problem) => {
    expect(problemOf(parsed)).toMatch(problem);
  });

  it('takes the webhook from the environment, and repeats nothing of it', () => {
    const alert = { ...unattended, alert: ['errors: rate < 1%'] };
    const url = 'https://hooks.example/secret-word';
    expect(read({ ...alert, webhook: ['${HOOK}'] }, { HOOK: url }).webhook).toBe(url);
    expect(read(alert, { TOKENSTORM_WEBHOOK_URL: url }).webhook).toBe(url);
    expect(read(unattended, { TOKENSTORM_WEBHOOK_URL: url }).webhook).toBeUndefined();
    expect(problemOf({ ...alert, webhook: ['${HOOK}'] })).toContain('--webhook: HOOK is not set');
    expect(problemOf({ ...alert, webhook: ['ftp://hooks.example/secret-word'] })).not.toContain(
      'secret-word',
    );
  });
});
