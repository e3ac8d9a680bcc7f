import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandProcess } from '../../support/command.ts';
import { Fleet, until } from '../../support/fleet.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import type { SimulatorProcess } from '../../support/simulator.ts';
import { settledTruth } from '../../support/run-with-truth.ts';
import { truthSpend } from '../../support/truth-spend.ts';

/** A request costs about $0.002, two thousandths of the budget. */
const price = { input: 20, output: 75 };
const outputTokens = 20;
const prompt = 'How much will all of these answers cost in the end, and who is going to pay it? ';
const users = 16;
const modes = ['drain', 'stop'] as const;

let fleet: Fleet;
let simulator: SimulatorProcess;

beforeAll(async () => {
  simulator = await simulatorProcess();
  const answer = { ttftMs: 100, itlMs: 5, tokens: outputTokens };
  await simulator.setModels(Object.fromEntries(modes.map((mode) => [mode, answer])));
  fleet = await Fleet.start({ workers: { default: 4 }, leaseSeconds: 4 });
}, 60_000);

afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]();
  await simulator?.close();
});

function scenario(mode: (typeof modes)[number]): object {
  return {
    name: `budget-${mode}`,
    providers: [
      {
        name: 'own',
        type: 'openai-compatible',
        base_url: simulator.url,
        models: [mode],
        pricing: { [mode]: price },
      },
    ],
    budget: { usd: 1, on_exhausted: mode },
    workload: {
      scenarios: [
        {
          name: 'users',
          executor: 'constant-vus',
          vus: users,
          duration: '90s',
          prompt,
          max_tokens: outputTokens,
        },
      ],
    },
  };
}

async function killAfter(requests: number, model: string, worker: CommandProcess | undefined) {
  await until('half of the budget to be spent', async () => {
    const { models } = await simulator.summary();
    return (models[model]?.received ?? 0) >= requests;
  });
  worker?.signal('SIGKILL');
}

describe('a budget of four workers, one of which is killed', () => {
  it.each(modes)(
    'is spent, and not passed: %s',
    async (mode) => {
      const run = await fleet.run(scenario(mode), ['--min-workers', '4']);
      await killAfter(250, mode, fleet.workers[modes.indexOf(mode)]);
      // For the next run.
      fleet.worker('default');
      const { report, exitCode } = await run.end();
      const truth = await settledTruth(simulator, mode);
      expect({ exitCode, verdict: report.verdict, reason: report.run.stop_reason }).toEqual({
        exitCode: 97,
        verdict: 'aborted',
        reason: 'budget',
      });
      const { scheduled, completed, failed, dropped, lost, cancelled } = report.accounting;
      expect(completed + failed + dropped + lost + cancelled).toBe(scheduled);
      expect(lost).toBeGreaterThan(0);
      const spend = truthSpend(truth, price);
      // Before the server has counted a prompt, each user may have one under way that was taken for less than it is.
      const guessed = Math.ceil(prompt.length / 4);
      const bound = (users * Math.max(0, (truth[0]?.asked_input_tokens ?? 0) - guessed) * price.input) / 1e6;
      expect(spend).toBeGreaterThan(0.95);
      expect(spend).toBeLessThanOrEqual(1 + bound);
      const used = report.budget?.usd?.used ?? 0;
      expect(used).toBeGreaterThanOrEqual(spend - 1e-9);
      expect(used).toBeLessThanOrEqual(1 + bound);
      // What is known of the killed worker's requests is a part of it.
      expect(report.cost?.total_usd).toBeLessThanOrEqual(spend + 1e-9);
      expect(report.cost?.total_usd).toBeGreaterThan(0.9);
    },
    90_000,
  );
});
