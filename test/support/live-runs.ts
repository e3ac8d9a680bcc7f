import { runScenario } from './run.ts';
import type { RunOutcome } from './run.ts';
import { simulatorProcess } from './simulator.ts';
import type { SimulatorProcess } from './simulator.ts';
import { readNoise, readTruth, truthOf } from './truth.ts';
import type { Truth } from './truth.ts';

/** One run, with what its server received of each workload. */
export interface LiveRun {
  readonly run: RunOutcome;
  readonly open: readonly Truth[];
  readonly closed: readonly Truth[];
  readonly noiseMs: number;
}

/** The load of the closed-loop workload. */
export interface LiveUsers {
  readonly requests: number;
  readonly concurrency: number;
}

/** Every arrival of a region has a prompt of its own, so that the log shows which arrival each request was. */
const prompts = Array.from({ length: 200 }, (_, row) => JSON.stringify({ prompt: `Question ${row}` })).join(
  '\n',
);

/**
 * Runs of one scenario, an open and a closed loop in two regions, that differ in the number which a flag is given: its
 * shards, or its processes.
 */
export class LiveRuns {
  readonly #flag: '--shards' | '--processes';
  readonly #users: LiveUsers;
  readonly #runs = new Map<number, LiveRun>();
  #simulator: SimulatorProcess | undefined;

  constructor(flag: '--shards' | '--processes', users: LiveUsers) {
    this.#flag = flag;
    this.#users = users;
  }

  /** Starts the server and makes the first run with each number. */
  async start(counts: readonly number[]): Promise<void> {
    this.#simulator = await simulatorProcess();
    const jittered = { ttftMs: { lognormal: { medianMs: 60, sigma: 0.3 } }, itlMs: 10, tokens: 8 };
    await this.#simulator.setModels({ open: jittered, closed: jittered });
    for (const count of counts) await this.measure(count);
  }

  /** Makes the run with this number, anew where there was one. */
  async measure(count: number): Promise<void> {
    const simulator = this.#simulator;
    if (simulator === undefined) throw new Error('The server was not started.');
    await simulator.reset();
    const flags = [this.#flag, String(count)];
    const scenario = liveScenario(simulator.url, this.#users);
    const run = await runScenario(scenario, { flags, files: { 'prompts.jsonl': prompts } });
    const truth = await readTruth(simulator.url);
    this.#runs.set(count, {
      run,
      open: truthOf(truth, 'open', true),
      closed: truthOf(truth, 'closed', true),
      noiseMs: await readNoise(simulator.url),
    });
  }

  of(count: number): LiveRun {
    const found = this.#runs.get(count);
    if (found === undefined) throw new Error(`There was no run with ${this.#flag} ${count}.`);
    return found;
  }

  async close(): Promise<void> {
    await this.#simulator?.close();
  }
}

function liveScenario(url: string, users: LiveUsers) {
  const server = { type: 'openai-compatible', base_url: url };
  return {
    name: 'live',
    seed: 7,
    regions: { east: '60%', west: '40%' },
    providers: [
      { ...server, name: 'first', models: ['open'] },
      { ...server, name: 'second', models: ['closed'] },
    ],
    defaults: { prompts: { path: 'prompts.jsonl' } },
    workload: {
      scenarios: [
        {
          name: 'open',
          providers: ['first'],
          executor: 'constant-arrival-rate',
          rate: 50,
          duration: '3s',
          arrivals: 'poisson',
        },
        { name: 'closed', providers: ['second'], ...users },
      ],
    },
  };
}
