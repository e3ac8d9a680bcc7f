import { WorkloadPrompts, measuredVocabulary, plainVocabulary, vocabularyProbes } from '@tokenstorm/core';
import type { Dataset, DatasetPrompts, PromptWriter, RunPlan, Vocabulary } from '@tokenstorm/core';
import type { TokenCounter } from './tokenizer/token-counter.ts';

/** Which requests a writer writes for: those of the load, or those that warm a target up before the start. */
export interface PromptUser {
  readonly workload: string;
  readonly targetKey: string;
  readonly region: string;
  readonly isBeforeStart: boolean;
}

/** The prompts of a run in this process: what the shards and targets of a workload share is made once. */
export class RunPrompts {
  readonly #plan: RunPlan;
  readonly #workloads: ReadonlyMap<string, WorkloadPrompts>;

  constructor(
    plan: RunPlan,
    datasets: ReadonlyMap<string, Dataset>,
    vocabulary: Vocabulary,
    rowNumbers: ReadonlyMap<DatasetPrompts, Uint32Array> = new Map(),
  ) {
    const { runId, scenario } = plan;
    const run = { runId, seed: scenario.seed, vocabulary, datasets, rowNumbers };
    this.#plan = plan;
    this.#workloads = new Map(
      scenario.workloads.map((workload) => [workload.name, new WorkloadPrompts(workload, run)]),
    );
  }

  /** The same in every process of the run. */
  writer(user: PromptUser): PromptWriter {
    const { workloads, targets, regions } = this.#plan.scenario;
    const workload = workloads.findIndex(({ name }) => name === user.workload);
    const target = targets.findIndex(({ key }) => key === user.targetKey);
    const region = regions.findIndex(({ name }) => name === user.region);
    const place = (workload * targets.length + target) * regions.length + region;
    const stream = 2 * place + (user.isBeforeStart ? 1 : 0);
    return this.#workloads.get(user.workload)!.writer({ region: user.region, stream });
  }
}

/** The words that prompts are made of, measured by the run's tokenizer where it has one. */
export async function runVocabulary(counter: TokenCounter | undefined): Promise<Vocabulary> {
  const counts = await counter?.count(vocabularyProbes());
  return counts === undefined ? plainVocabulary : measuredVocabulary(counts);
}
