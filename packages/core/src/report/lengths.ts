import type { SeriesFigures } from '../metrics/series-totals.ts';
import type { LengthFacts } from './report.ts';

/** How far delivered lengths may be from the asked ones before a note says so. */
const tolerance = 0.05;

/**
 * Mean lengths asked for and delivered, in tokens a request: of completed requests that asked for one and whose tokens
 * the provider or a tokenizer counted. `null` where no length was asked for, or none was counted.
 */
export function lengthFacts({ counters }: Pick<SeriesFigures, 'counters'>): LengthFacts | null {
  const { asked_input_requests = 0, asked_output_requests = 0 } = counters;
  if (asked_input_requests + asked_output_requests === 0) return null;
  return {
    asked_input: mean(counters.asked_input_tokens, asked_input_requests),
    delivered_input: mean(counters.delivered_input_tokens, asked_input_requests),
    asked_output: mean(counters.asked_output_tokens, asked_output_requests),
    delivered_output: mean(counters.delivered_output_tokens, asked_output_requests),
  };
}

/** Says where the server counted other lengths than were asked for, over the whole run. */
export function lengthNotes(figures: Pick<SeriesFigures, 'counters'>): string[] {
  const lengths = lengthFacts(figures);
  return lengths === null ? [] : [...inputNotes(lengths), ...outputNotes(lengths)];
}

function inputNotes({ asked_input: asked, delivered_input: delivered }: LengthFacts): string[] {
  if (asked === null || delivered === null || !differs(asked, delivered)) return [];
  return [
    `Asked were prompts of ${count(asked)} input tokens on average, the server counted ${count(delivered)}. Its chat template and a system message come on top; \`execution.tokenizer\` makes the prompts themselves exact.`,
  ];
}

function outputNotes({ asked_output: asked, delivered_output: delivered }: LengthFacts): string[] {
  if (asked === null || delivered === null || !differs(asked, delivered)) return [];
  const why =
    delivered < asked
      ? 'the model stopped early (vLLM and SGLang go on with `extra_body: { ignore_eos: true }`)'
      : 'more than the limit that was sent: the server does not keep to it, or counts reasoning apart';
  return [
    `Asked were answers of ${count(asked)} output tokens on average, ${count(delivered)} came: ${why}.`,
  ];
}

function differs(asked: number, delivered: number): boolean {
  return Math.abs(delivered - asked) > tolerance * asked;
}

function mean(sum: number | undefined, requests: number): number | null {
  return requests === 0 ? null : Math.round((10 * (sum ?? 0)) / requests) / 10;
}

function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 });
}
