import type { AskedLengths } from '../record.ts';
import type { ChatMessage, Dataset, DatasetPrompts } from '../scenario/scenario.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What one request sends. */
export interface Prompt {
  readonly messages: readonly ChatMessage[];
  /** Its number among the prompts that the workload repeats: equal prompts have equal numbers. Absent where no other request has it. */
  readonly row?: number;
  readonly asked?: AskedLengths;
}

/** Gives each request of a stream its prompt: the same index, the same prompt. */
export interface PromptWriter {
  /** `index`: the arrival's, 0 to 2^32 - 1. */
  prompt(index: number): Prompt;
}

/** What all prompts of a run have in common. */
export interface RunPrompts {
  readonly runId: string;
  readonly seed: number;
  /** Measured by the run's tokenizer, where it has one. */
  readonly vocabulary: Vocabulary;
  /** By id. */
  readonly datasets: ReadonlyMap<string, Dataset>;
  /** Of prompts from data sets what `numberRows` gives; worked out when it is needed where it is not here. */
  readonly rowNumbers?: ReadonlyMap<DatasetPrompts, Uint32Array>;
}

/** Which requests of a workload a writer writes for. */
export interface PromptStream {
  readonly region: string;
  /** Number of the stream in the run, 0 to 65,535: no two (workload, target, region, before or after the start) share one. */
  readonly stream: number;
}
