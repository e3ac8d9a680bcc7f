import { describe, expect, it } from 'vitest';
import { planText } from './plan.ts';
import type { PlanView } from './plan.ts';

const mixed: PlanView = {
  name: 'chat-eu-us',
  seed: 42,
  regions: [
    { name: 'eu-west', weight: 0.5 },
    { name: 'us-east', weight: 0.5 },
  ],
  shards: 128,
  limits: [],
  use: {},
  warnings: [],
  loads: [
    {
      workload: 'steady',
      target: 'own/llama-3-8b',
      executor: 'ramping-arrival-rate',
      requests: 6300,
      peakRatePerSecond: 20,
      durationMs: 330_000,
    },
    {
      workload: 'short_prompt_high_concurrency',
      target: 'openai/gpt-4-turbo-preview-2024-04-09',
      executor: 'shared-iterations',
      requests: 100,
      users: 20,
    },
    {
      workload: 'users',
      target: 'own/llama-3-8b',
      executor: 'ramping-vus',
      users: 50,
      durationMs: 300_000,
      startAfterMs: 60_000,
    },
  ],
  thresholds: [
    { metric: 'ttft', expression: 'p(95) < 800ms', abortOnFail: false, delayAbortEvalMs: 0 },
    {
      metric: 'ttft',
      expression: 'p(99) < 2s',
      windowMs: 30_000,
      abortOnFail: true,
      delayAbortEvalMs: 10_000,
    },
  ],
  exports: [{ format: 'json', path: './results/{name}_{timestamp}.json' }],
};

describe('planText', () => {
  it('reads like this', () => {
    expect(planText(mixed, { width: 80, colours: false })).toMatchInlineSnapshot(`
      "Plan: chat-eu-us
      ================

      Workloads:
        steady to own/llama-3-8b
          ramping-arrival-rate | about 6,300 requests | up to 20 requests/s | 5m 30s
        short_prompt_high_concurrency to openai/gpt-4-turbo-preview-2024-04-09
          shared-iterations | 100 requests | 20 virtual users
        users to own/llama-3-8b
          ramping-vus | up to 50 virtual users | 5m 00s | starts after 1m 00s

      Requests:   about 6,400, and as many as the users get answered
      Arrivals:   at most 20 a second, all workloads together
      Duration:   6m 00s, or until all requests are answered
      Regions:    eu-west 50%, us-east 50%
      Shards:     128 | Seed: 42

      Thresholds:
        ttft: p(95) < 800ms
        ttft: p(99) < 2s, over the last 30s, stops the run

      Exports:
        json: ./results/{name}_{timestamp}.json
      "
    `);
  });

  it('reads like this for a small closed loop', () => {
    const plan: PlanView = {
      ...mixed,
      regions: [{ name: 'default', weight: 1 }],
      shards: 1,
      loads: [
        { workload: 'quick', target: 'own/small', executor: 'shared-iterations', requests: 10, users: 2 },
      ],
      thresholds: [],
      exports: [],
    };
    expect(planText(plan, { width: 80, colours: false })).toMatchInlineSnapshot(`
      "Plan: chat-eu-us
      ================

      Workloads:
        quick to own/small
          shared-iterations | 10 requests | 2 virtual users

      Requests:   10
      Arrivals:   closed loop: each user sends when its answer is there
      Duration:   until all requests are answered
      Regions:    default 100%
      Shards:     1 | Seed: 42
      "
    `);
  });

  it('names the limits that the run keeps, and what was probably not meant', () => {
    const limits = [
      { provider: 'own', requestsPerMinute: 600, inputTokensPerMinute: 40_000, burstSeconds: 1 },
      { provider: 'slow', requestsPerMinute: 0.5, burstSeconds: 1 },
    ];
    const text = planText({ ...mixed, limits, warnings: ['Too much.'] }, { width: 80, colours: false });
    expect(text).toContain(`
Rate limits:
  own: 600 requests, 40,000 input tokens a minute
  slow: 0.5 requests a minute
`);
    expect(text).toContain('\nWarnings:\n  - Too much.\n');
  });

  it('says what the load may cost, and what the run may use up', () => {
    const use = {
      requests: 100,
      tokens: { least: 20_000, most: 220_000 },
      nanoUsd: { least: 600_000, most: 1_064_600_000 },
    };
    const budget = { usd: 0.5, requests: 5000, onExhausted: 'stop' } as const;
    expect(planText({ ...mixed, use, budget }, { width: 80, colours: false })).toContain(`
Budget:     $0.50, 5,000 requests; once that is used up no request begins, and
            what is under way is cancelled

Estimate (each request sent once):
  Total: 100 requests, 20,000 to 220,000 tokens, $0.0006 (the input alone) to
         $1.06 (every answer at its limit)
  The budget ends the run before it has cost more than $0.50.
`);
    const endless = planText({ ...mixed, use: { nanoUsd: { least: 0 } } }, { width: 120, colours: false });
    expect(endless).toContain('\n  Total: at least $0 (the input alone)\n');
  });

  it('names the InfluxDB beside the files, with the variables of its URL', () => {
    const influx = { url: 'http://me:${PASSWORD}@h:8086' };
    const text = planText(
      { ...mixed, exports: [{ format: 'json', path: 'r.json' }], influx },
      { width: 80, colours: false },
    );
    expect(text).toContain('\nExports:\n  json: r.json\n  influxdb: http://me:${PASSWORD}@h:8086\n');
    expect(planText({ ...mixed, influx: {} }, { width: 80, colours: false })).toContain(
      '  influxdb: as the environment says\n',
    );
  });

  it.each([80, 100, 120])('keeps to %d columns and ends no line in a space', (width) => {
    for (const line of planText(mixed, { width, colours: false }).split('\n')) {
      expect(line.length).toBeLessThanOrEqual(width);
      expect(line).toBe(line.trimEnd());
    }
  });
});
