import { describe, expect, it } from 'vitest';
import type { RunPlan } from '../run.ts';
import { contextOf, parseText } from '../scenario/__fixtures__/scenarios.ts';
import { auditEndWithoutReport, auditStart } from './audit-entry.ts';

const { scenario } = parseText(
  `
name: night
regions: { eu: 50%, us: 50% }
providers:
  - name: own
    type: openai-compatible
    base_url: { eu: "https://eu.example.com/v1", us: "http://[fd00::1]:8000/v1" }
    models: [a, b]
  - { name: named, type: openai-compatible, base_url: "\${NAMED_BASE_URL}", models: [c] }
  - { name: unset, type: openai-compatible, base_url: "http://\${UNSET}.example.com/v1", models: [d] }
  - { name: gone, type: openai-compatible, base_url: "\${GONE_BASE_URL}", models: [e] }
defaults: { prompt: Hi }
workload:
  scenarios:
    - { name: ramp, executor: ramping-arrival-rate, start_rate: 2, stages: [{ duration: 10s, target: 6 }], start_after: 3s }
    - { name: rate, executor: constant-arrival-rate, rate: 1, duration: 5s }
`,
  contextOf({ NAMED_BASE_URL: 'http://x', UNSET: 'y', GONE_BASE_URL: 'http://z' }),
);
const context = { actor: { user: 'ann', host: 'desk', version: '1.2.3' }, epochMs: 0 };

function startOf(plan: Partial<RunPlan['scenario']> = {}) {
  return auditStart({ runId: 'r1', scenario: { ...scenario, ...plan } } as RunPlan, {
    ...context,
    mode: 'distributed',
    scenario_sha256: 'abc',
    environment: { NAMED_BASE_URL: 'https://ann:secret@named.example.com/key-in-path?key=secret#x' },
  });
}

describe('the entry of a start', () => {
  it('says who, when, what against which hosts, and how much', () => {
    expect(startOf()).toEqual({
      audit: 'tokenstorm.audit/1',
      event: 'start',
      time: '1970-01-01T00:00:00.000Z',
      run: 'r1',
      name: 'night',
      user: 'ann',
      host: 'desk',
      version: '1.2.3',
      mode: 'distributed',
      scenario_sha256: 'abc',
      regions: ['eu', 'us'],
      // Of a variable that is not known here only the name; never a password, a path or a query.
      hosts: [
        '${UNSET}.example.com',
        '(GONE_BASE_URL)',
        '[fd00::1]:8000',
        'eu.example.com:443',
        'named.example.com:443',
      ],
      models: ['own/a', 'own/b', 'named/c', 'unset/d', 'gone/e'],
      // For each of five models 10 s at (2 + 6) / 2 a second, and 5 s at 1.
      planned: { requests: 5 * 45, peak_requests_per_second: 5 * 7, users: null, duration_s: 13 },
      budget: null,
    });
  });

  it('has a budget without what happens at its end', () => {
    expect(startOf({ budget: { usd: 2, onExhausted: 'drain' } }).budget).toEqual({ usd: 2 });
  });
});

it('the entry of an end without a report claims nothing', () => {
  const {
    audit: _,
    time: _time,
    ...entry
  } = auditEndWithoutReport({ runId: 'r1', name: 'night' }, 'unknown', context);
  expect(entry).toEqual({
    event: 'end',
    run: 'r1',
    name: 'night',
    user: 'ann',
    host: 'desk',
    version: '1.2.3',
    verdict: 'unknown',
    validity: null,
    duration_s: null,
    requests: null,
    attempts: null,
    input_tokens: null,
    output_tokens: null,
    usd: null,
  });
});
