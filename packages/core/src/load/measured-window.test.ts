import { describe, expect, it } from 'vitest';
import type { Workload } from '../scenario/scenario.ts';
import { measuredWindow, runMeasuredWindow } from './measured-window.ts';

const thinkTimeMs = { kind: 'fixed', value: 0 } as const;

function workload(load: Workload['load'], startAfterMs = 0, warmupMs = 0): Workload {
  return { load, startAfterMs, warmupMs } as Workload;
}

const users = (durationMs: number) =>
  ({ executor: 'constant-vus', vus: 1, durationMs, thinkTimeMs }) as const;
const iterations = { executor: 'shared-iterations', vus: 1, iterations: 9, thinkTimeMs } as const;

describe('measuredWindow', () => {
  it('is the load without its warm-up', () => {
    expect(measuredWindow(workload(users(60_000), 5_000, 20_000))).toEqual({
      startMs: 25_000,
      endMs: 65_000,
    });
  });

  it('is the length of all stages', () => {
    const stages = [
      { durationMs: 1000, target: 5 },
      { durationMs: 2000, target: 0 },
    ];
    const load = { executor: 'ramping-vus', startVus: 0, stages, thinkTimeMs } as const;
    expect(measuredWindow(workload(load, 500))).toEqual({ startMs: 500, endMs: 3500 });
  });

  it('ends with the run where the load has no length', () => {
    expect(measuredWindow(workload(iterations, 100, 50))).toEqual({ startMs: 150, endMs: Infinity });
  });
});

describe('runMeasuredWindow', () => {
  it('goes from the first start to the last end', () => {
    const workloads = [
      workload(users(10_000), 3_000),
      workload(users(2_000), 0, 1_000),
      workload(users(1_000), 50_000),
    ];
    expect(runMeasuredWindow(workloads)).toEqual({ startMs: 1_000, endMs: 51_000 });
    expect(runMeasuredWindow([...workloads, workload(iterations)])).toEqual({ startMs: 0, endMs: Infinity });
  });
});
