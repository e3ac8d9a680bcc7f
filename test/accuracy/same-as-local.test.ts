import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '@tokenstorm/core';
import { reportOf, tokenstorm } from '../support/command.ts';
import { Fleet } from '../support/fleet.ts';
import { fleetScenario, steady } from '../support/fleet-scenario.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { expectGaps, expectLatency, noiseIn } from '../support/timing-tolerance.ts';
import { arrivalShiftsMs } from '../support/arrival-shifts.ts';
import { quantileOf, readNoise, readTruth } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';
import { truthTimes } from '../support/truth-times.ts';

const questions = Array.from({ length: 500 }, (_, row) => JSON.stringify({ prompt: `Question ${row}` })).join(
  '\n',
);

/** One seed, once in one process and once by 2 workers in each of 2 regions. */
describe('a run over Redis beside the same run in one process', () => {
  const runs = new Map<'local' | 'distributed', Measured>();
  let simulator: SimulatorProcess;
  let fleet: Fleet;

  beforeAll(async () => {
    simulator = await simulatorProcess();
    const jittered = { ttftMs: { lognormal: { medianMs: 60, sigma: 0.3 } }, itlMs: 10, tokens: 8 };
    await simulator.setModels({ open: jittered, closed: jittered });
    fleet = await Fleet.start({ workers: { east: 2, west: 2 } });
    await measure('local');
    await measure('distributed');
  }, 120_000);

  afterAll(async () => {
    await fleet[Symbol.asyncDispose]();
    await simulator.close();
  });

  async function measure(mode: 'local' | 'distributed'): Promise<void> {
    await simulator.reset();
    const workloads = {
      open: { ...steady(40, 6), arrivals: 'poisson' },
      closed: { requests: 120, concurrency: 8 },
    };
    // Generated prompts are not the same in any two runs; rows of a file are.
    await fleet.folder.write('prompts.jsonl', questions);
    const scenario = fleetScenario(simulator.url, workloads, {
      defaults: { prompts: { path: 'prompts.jsonl' } },
    });
    const report =
      mode === 'local'
        ? await locally(scenario)
        : (await (await fleet.run(scenario, ['--min-workers', '2'])).end()).report;
    runs.set(mode, {
      report,
      truth: await readTruth(simulator.url),
      noiseMs: noiseIn(report, await readNoise(simulator.url)),
    });
  }

  async function locally(scenario: object): Promise<Report> {
    const path = await fleet.folder.write('local.json', scenario);
    return reportOf(await tokenstorm(['run', path, '--json', '--quiet', '--allow-invalid']));
  }

  const of = (mode: 'local' | 'distributed') => runs.get(mode) as Measured;

  it('has the same arrivals, and all of them complete', () => {
    const [local, distributed] = [bodies(of('local').truth), bodies(of('distributed').truth)];
    expect(local.length).toBeGreaterThan(300);
    expect(distributed).toEqual(local);
    const none = { failed: 0, dropped: 0, lost: 0, cancelled: 0 };
    const sum = { ...none, scheduled: local.length, completed: local.length };
    expect([of('local').report.accounting, of('distributed').report.accounting]).toEqual([sum, sum]);
  });

  it('has the same counts in each group', () => {
    expect(counts(of('distributed').report)).toEqual(counts(of('local').report));
  });

  it('sends each arrival of the open loop at its moment', () => {
    const [local, distributed] = [open(of('local').truth), open(of('distributed').truth)];
    const shifts = arrivalShiftsMs(local, distributed);
    const middle = quantileOf(shifts, 0.5);
    expect(
      quantileOf(
        shifts.map((shift) => Math.abs(shift - middle)),
        0.9,
      ),
    ).toBeLessThan(50);
  });

  it('says how it was run', () => {
    const { run } = of('distributed').report;
    expect(run).toMatchObject({ mode: 'distributed', workers: 4, regions: ['east', 'west'], seed: 7 });
    expect(of('local').report.run.mode).toBe('local');
  });

  describe.each(['local', 'distributed'] as const)('%s', (mode) => {
    // What a busy machine spoils is measured anew; what is wrong is wrong each time.
    it(
      'has quantiles within the tolerance of its own truth log',
      { retry: 2, timeout: 60_000 },
      async ({ task }) => {
        if ((task.result?.retryCount ?? 0) > 0) await measure(mode);
        const { report, truth, noiseMs } = of(mode);
        const times = truthTimes(truth);
        expectLatency(report.metrics.ttft, { values: times.ttft, noiseMs });
        expectLatency(report.metrics.e2e, { values: times.e2e, noiseMs });
        expectGaps(report.metrics.icl, { values: times.gaps, noiseMs });
      },
    );
  });
});

interface Measured {
  readonly report: Report;
  readonly truth: readonly Truth[];
  readonly noiseMs: number;
}

function open(truth: readonly Truth[]): readonly Truth[] {
  return truth.filter(({ model }) => model === 'open');
}

/** What users send depends on who is free first; how much of it, and all of the open loop, does not. */
function bodies(truth: readonly Truth[]): readonly string[] {
  return truth.map(({ model, body_hash }) => (model === 'open' ? body_hash : model)).toSorted();
}

function counts({ groups }: Report) {
  return groups
    .filter(({ labels }) => labels.scenario === 'open')
    .map(({ labels, accounting }) => ({ labels, accounting }))
    .toSorted((one, other) => one.labels.region.localeCompare(other.labels.region));
}
