import { z } from 'zod';
import { loadKeys } from './load.ts';
import { sloSchema } from './objectives.ts';
import { count, duration, headers, label, positiveDuration, positiveNumber, text } from './values.ts';

const message = z
  .strictObject({
    role: z.enum(['system', 'user', 'assistant']).describe('Who says it.'),
    content: z.string().describe('The text.'),
  })
  .describe('One chat message.');

const prompts = z
  .strictObject({
    path: text.describe('JSONL or CSV file, relative to the scenario file. Rows are used in turn.'),
    template: text
      .exactOptional()
      .describe(
        "User message with `{{column}}` in it. Default: the rows' own `messages`, else `{{prompt}}`.",
      ),
    format: z.enum(['jsonl', 'csv']).exactOptional().describe("Default: by the file's extension."),
  })
  .describe('Prompts from a data set.');

const tokenCount = z
  .union(
    [
      count,
      z.strictObject({
        mean: positiveNumber.describe('Mean.'),
        stddev: z.number().min(0).exactOptional().describe('Standard deviation. Default: 0.'),
      }),
    ],
    { error: 'must be a number of tokens, or { mean, stddev }' },
  )
  .describe('A number of tokens: fixed, or normally distributed.');

const synthetic = z
  .strictObject({
    input_tokens: tokenCount,
    output_tokens: tokenCount.exactOptional(),
    shared_prefix_tokens: z.int().min(0).exactOptional().describe('Tokens that all prompts start with.'),
    unique: z.boolean().exactOptional().describe('No two prompts are equal.'),
  })
  .describe('Generated prompts of a given length.');

const trace = z
  .strictObject({
    path: text.describe('Trace file.'),
    format: z.enum(['mooncake', 'azure', 'burstgpt']).exactOptional().describe('Format of the trace.'),
    time_scale: positiveNumber.exactOptional().describe('2 replays twice as fast.'),
    slice: z
      .string()
      .regex(/^\S+\.\.\S+$/, { error: 'must be FROM..TO, such as 0s..10m' })
      .exactOptional()
      .describe('Part of the trace to replay, such as 0s..10m.'),
  })
  .describe('Arrivals and lengths of a recorded trace.');

const timeouts = z
  .strictObject({
    connect: positiveDuration.exactOptional().describe('Until connected. Default: 5s.'),
    first_token: positiveDuration
      .exactOptional()
      .describe('From the start to the first content. Default: 60s.'),
    idle: positiveDuration.exactOptional().describe('Between two reads. Default: 30s.'),
    total: positiveDuration.exactOptional().describe('For the whole request. Default: 300s.'),
  })
  .describe('When a request is given up.');

function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isJson);
}

const settings = {
  providers: z
    .array(text)
    .min(1)
    .exactOptional()
    .describe('Names of the providers to use. Default: all. Each provider x model is a target.'),
  target_mode: z
    .enum(['each', 'split'])
    .exactOptional()
    .describe('`each`: each target gets the full load. `split`: they share it. Default: each.'),
  ...loadKeys,
  warmup: duration
    .exactOptional()
    .describe('Requests that start in the first so long are measured apart (phase `warmup`). Default: 0s.'),
  graceful_stop: duration
    .exactOptional()
    .describe('How long requests may run on after the last start before they are cancelled. Default: 30s.'),
  start_after: duration.exactOptional().describe("Delay from the run's start. Default: 0s."),
  prompt: text.exactOptional().describe('The user message of each request.'),
  messages: z.array(message).min(1).exactOptional().describe('The messages of each request.'),
  system: text.exactOptional().describe('System message put before the others.'),
  prompts: prompts.exactOptional(),
  synthetic: synthetic.exactOptional(),
  trace: trace.exactOptional(),
  max_tokens: count.exactOptional().describe('Upper limit of output tokens.'),
  temperature: z.number().min(0).exactOptional().describe('Sampling temperature.'),
  stream: z.boolean().exactOptional().describe('Asks for a streamed response. Default: true.'),
  extra_body: z
    .record(z.string(), z.unknown())
    .refine(isJson, 'must hold finite numbers only')
    .exactOptional()
    .describe('Merged into the request body last.'),
  headers: headers.exactOptional(),
  timeouts: timeouts.exactOptional(),
  slo: sloSchema.exactOptional().describe('Replaces the global `slo` for this workload.'),
};

/** Keys of which a workload has exactly one. */
export const promptKeys = ['prompt', 'messages', 'prompts', 'synthetic', 'trace'] as const;

/** One entry of `workload.scenarios`. */
export const workloadSchema = z
  .strictObject({ name: label.describe('Label in reports; unique in the file.'), ...settings })
  .describe('One load: when requests start, and what they ask.');

/** `defaults`: any key of a workload but its name. */
export const defaultsSchema = z
  .strictObject(settings)
  .describe(
    'Keys that stand for each workload that does not have its own; `timeouts`, `headers` and `extra_body` are merged key by key.',
  );
