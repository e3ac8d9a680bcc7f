import { Random } from '../load/random.ts';
import type { ChatMessage, SyntheticPrompts } from '../scenario/scenario.ts';
import { Passages } from './passages.ts';
import type { Prompt, PromptStream, PromptWriter, RunPrompts } from './prompt.ts';
import { Salt, saltTokens } from './salt.ts';
import { drawTokens } from './token-law.ts';

/**
 * The generated prompts of one workload: the shared prefix, a salt of their own, text up to the length asked for. The
 * seed, the workload, the region and the index decide lengths and text, whatever the target. The salt of unique prompts
 * follows the run and the stream too, so that neither a second run nor a second target meets what a prompt cache has
 * kept; that of repeated ones (`distinct`) only the seed and the workload.
 */
export class SyntheticSource {
  readonly #prompts: SyntheticPrompts;
  readonly #run: RunPrompts;
  /** What the same seed and the same workload have in common over all runs. */
  readonly #family: string;
  readonly #passages: Passages;
  readonly #prefix: string;
  readonly #leastTokens: number;
  readonly #system: readonly ChatMessage[];

  constructor(prompts: SyntheticPrompts, workload: string, run: RunPrompts) {
    const { sharedPrefixTokens, system } = prompts;
    this.#prompts = prompts;
    this.#run = run;
    this.#family = `${run.seed}/${workload}`;
    this.#passages = new Passages(run.vocabulary, this.#family);
    const prefix = this.#passages.text(sharedPrefixTokens, new Random(`${this.#family}/prefix`));
    this.#prefix = prefix === '' ? '' : `${prefix.trimStart()} `;
    this.#leastTokens = sharedPrefixTokens + saltTokens(run.vocabulary);
    this.#system = system === undefined ? [] : [{ role: 'system', content: system }];
  }

  writer({ region, stream }: PromptStream): PromptWriter {
    const { distinct } = this.#prompts;
    const { vocabulary, runId } = this.#run;
    if (distinct === undefined) {
      const salt = new Salt(vocabulary, runId, stream);
      return { prompt: (index) => this.#prompt(index, `${this.#family}/${region}/${index}`, salt) };
    }
    const salt = new Salt(vocabulary, this.#family, 0);
    return {
      prompt: (index) => {
        const row = index % distinct;
        return { ...this.#prompt(row, `${this.#family}/distinct/${row}`, salt), row };
      },
    };
  }

  #prompt(number: number, seed: string, salt: Salt): Prompt {
    const { inputTokens, outputTokens, sharedPrefixTokens } = this.#prompts;
    const random = new Random(seed);
    const asked = Math.max(this.#leastTokens, drawTokens(inputTokens, random));
    const wanted = outputTokens && drawTokens(outputTokens, random);
    const { text, tokens } = salt.at(number);
    const rest = this.#passages.text(asked - sharedPrefixTokens - tokens, random);
    const message: ChatMessage = { role: 'user', content: this.#prefix + text + rest };
    return {
      messages: this.#system.length === 0 ? [message] : [...this.#system, message],
      asked: wanted === undefined ? { inputTokens: asked } : { inputTokens: asked, outputTokens: wanted },
    };
  }
}
