import { describe, expect, it } from 'vitest';
import { defaultExecution } from './output.ts';
import type { Endpoint, Scenario } from './scenario.ts';
import { sdkNotes, sdkStreamLimit, sdkWarnings } from './sdk-streams.ts';

function scenario(endpoint: Endpoint, vus: number, execution: Partial<Scenario['execution']> = {}): Scenario {
  return {
    execution: { ...defaultExecution, client: 'sdk', ...execution },
    targets: [{ key: 'p/m', endpoint }],
    workloads: [
      {
        name: 'w',
        targets: ['p/m'],
        startAfterMs: 0,
        load: { executor: 'constant-vus', vus, durationMs: 1000, thinkTimeMs: { kind: 'fixed', value: 0 } },
      },
    ],
  } as unknown as Scenario;
}

describe('the streams that an SDK bears', () => {
  it('are 200 for openai, 300 for anthropic, and no matter for our own client', () => {
    expect(sdkStreamLimit(scenario('chat', 1))).toBe(200);
    expect(sdkStreamLimit(scenario('responses', 1))).toBe(200);
    expect(sdkStreamLimit(scenario('messages', 1))).toBe(300);
    expect(sdkStreamLimit(scenario('chat', 1, { client: 'wire' }))).toBeUndefined();
  });

  it('are warned of before the start, as far as they are known, and only above the limit', () => {
    expect(sdkWarnings(scenario('chat', 200))).toEqual([]);
    expect(sdkWarnings(scenario('chat', 201))).toEqual([
      expect.stringMatching(/^Up to 201 streams .* 200 a core/),
    ]);
    expect(sdkWarnings(scenario('messages', 300))).toEqual([]);
    expect(sdkWarnings(scenario('chat', 5000, { maxConcurrency: 150 }))).toEqual([]);
    expect(sdkWarnings(scenario('chat', 5000, { client: 'wire' }))).toEqual([]);
  });

  it('are in the notes of the report', () => {
    expect(sdkNotes(scenario('chat', 1, { client: 'wire' }), 900)).toEqual([]);
    expect(sdkNotes(scenario('chat', 1), 200)).toHaveLength(1);
    expect(sdkNotes(scenario('chat', 1), 412.4)[1]).toMatch(/^On average 412 streams /);
  });
});
