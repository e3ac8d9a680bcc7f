import { Trend, assumedOutputTokens } from '@tokenstorm/core';
import type { TokenUsage } from '@tokenstorm/core';
import type { AdmissionAsk } from './admission.ts';
import type { ChargedTokens } from './budget-charge.ts';

const outputQuantile = 0.95;

/** What a target's answers have shown so far of the tokens that its next one will take. */
export class TokenForecast {
  #estimatedInput = 0;
  #countedInput = 0;
  readonly #outputs = new Trend();
  #output = assumedOutputTokens;
  #isOutputKnown = true;

  /** What an attempt may use: of output its own limit, where it has one. */
  expected({ inputTokens, maxTokens }: AdmissionAsk): ChargedTokens {
    return { inputTokens: this.input(inputTokens), outputTokens: maxTokens ?? this.output() };
  }

  /** Learns from what the provider counted of an attempt. */
  observe({ inputTokens }: AdmissionAsk, usage: TokenUsage | undefined): void {
    if (usage?.inputTokens !== undefined) this.observeInput(inputTokens, usage.inputTokens);
    if (usage?.outputTokens !== undefined) this.observeOutput(usage.outputTokens);
  }

  /** An estimate of input tokens, times how far the provider's counts were from the estimates so far. */
  input(estimatedTokens: number): number {
    const ratio = this.#estimatedInput > 0 ? this.#countedInput / this.#estimatedInput : 1;
    return Math.ceil(estimatedTokens * ratio);
  }

  /** 95 % of the answers so far had no more output tokens than this; 1,024 before the first one. */
  output(): number {
    // A histogram gives the upper end of a bucket: the whole number in it is the value.
    if (!this.#isOutputKnown) this.#output = Math.floor(this.#outputs.quantile(outputQuantile));
    this.#isOutputKnown = true;
    return this.#output;
  }

  /** Whether any answer has shown what they have. */
  get knowsOutput(): boolean {
    return this.#outputs.count > 0;
  }

  observeInput(estimatedTokens: number, countedTokens: number): void {
    this.#estimatedInput += estimatedTokens;
    this.#countedInput += countedTokens;
  }

  observeOutput(countedTokens: number): void {
    this.#outputs.record(countedTokens);
    this.#isOutputKnown = false;
  }
}
