import { z } from 'zod';
import { datasetFormats } from '../../prompts/dataset.ts';
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
    path: text.describe(
      'JSONL, JSON or CSV file, relative to the scenario file; `worker:/absolute/path` for one that each worker has. Rows are used in turn.',
    ),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, { error: 'must be a SHA-256: 64 hexadecimal digits' })
      .exactOptional()
      .describe('What the file must have. Default: of a file on the workers, the same for all of them.'),
    template: text
      .exactOptional()
      .describe(
        "User message with `{{column}}` in it. Default: the rows' own `messages`, else `{{prompt}}`.",
      ),
    format: z
      .enum(datasetFormats)
      .exactOptional()
      .describe(
        "Default: by the file's extension. JSONL and JSON rows may be conversations as ShareGPT has them.",
      ),
    output_tokens: z
      .literal('from_dataset')
      .exactOptional()
      .describe(
        'Asks for answers as long as the recorded ones (`max_tokens` of each request): the column `output_tokens`, or the reply of a ShareGPT conversation.',
      ),
  })
  .describe('Prompts from a data set.');

const tokenLaw = z.union(
  [
    count,
    z.strictObject({
      mean: positiveNumber.exactOptional().describe('Mean of a normal distribution.'),
      stddev: z.number().min(0).exactOptional().describe('Standard deviation beside `mean`. Default: 0.'),
      min: count.exactOptional().describe('Least value of a uniform distribution.'),
      max: count.exactOptional().describe('Greatest value beside `min`.'),
      median: positiveNumber.exactOptional().describe('Median of a lognormal distribution.'),
      sigma: z
        .number()
        .min(0)
        .max(10)
        .exactOptional()
        .describe('Standard deviation of the logarithm beside `median`.'),
    }),
  ],
  { error: 'must be a number of tokens, { mean, stddev }, { min, max } or { median, sigma }' },
);

const synthetic = z
  .strictObject({
    input_tokens: tokenLaw.describe('Tokens of a prompt, the shared prefix included.'),
    output_tokens: tokenLaw
      .exactOptional()
      .describe('Asked for as the limit of output tokens of each request. Default: `max_tokens` alone.'),
    shared_prefix_tokens: z
      .int()
      .min(0)
      .exactOptional()
      .describe('Tokens that all prompts start with. Default: 0.'),
    unique: z
      .boolean()
      .exactOptional()
      .describe(
        'True: no two prompts are equal, in this run or another. False goes with `distinct`. Default: true.',
      ),
    distinct: count
      .max(100_000_000)
      .exactOptional()
      .describe('So many different prompts, used in turn, the same ones in each run with this seed.'),
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
  cache_bust: z
    .boolean()
    .exactOptional()
    .describe(
      "Puts some words of its own before each prompt, so that the server's prompt cache cannot help. Default: false.",
    ),
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
