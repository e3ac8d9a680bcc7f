import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@tokenstorm/core';
import type { TruthRecord } from '@tokenstorm/simulator';
import { reportOf, tokenstorm } from './command.ts';
import type { CommandEnd } from './command.ts';
import type { SimulatorProcess } from './simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A run as its user and as its server saw it. */
export interface RunWithTruth extends CommandEnd {
  readonly report: Report;
  /** Requests to the run's model, in order of reception. */
  readonly truth: readonly TruthRecord[];
}

export interface RunToSimulator {
  readonly simulator: SimulatorProcess;
  /** Tells this run's requests from those of others to the same server. */
  readonly model: string;
  readonly workloads: readonly object[];
  /** Further keys of the scenario. */
  readonly scenario?: object;
  readonly flags?: readonly string[];
}

/** Runs these workloads against a simulator; an invalid measurement does not change the exit code. */
export async function runWithTruth(input: RunToSimulator): Promise<RunWithTruth> {
  const { simulator, model, workloads, scenario, flags = [] } = input;
  await using folder = await temporaryFolder();
  const path = await folder.write('scenario.yaml', {
    providers: [{ name: 'own', type: 'openai-compatible', base_url: simulator.url, models: [model] }],
    defaults: { prompt: 'Hello' },
    workload: { scenarios: workloads.map((workload, index) => ({ name: `w${index + 1}`, ...workload })) },
    ...scenario,
  });
  const end = await tokenstorm(['run', path, '--json', '--quiet', '--allow-invalid', ...flags]);
  return { ...end, report: reportOf(end), truth: await settledTruth(simulator, model) };
}

/** Every request to a model that the simulator received, once it answers none of them any more. */
export async function settledTruth(
  simulator: SimulatorProcess,
  model: string,
): Promise<readonly TruthRecord[]> {
  for (;;) {
    const records = (await simulator.records()).filter((record) => record.model === model);
    if (!records.some((record) => record.outcome === 'open')) return records;
    await sleep(50);
  }
}
