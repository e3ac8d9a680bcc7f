import { z } from 'zod';
import { count, positiveDuration, positiveNumber, text } from './values.ts';

const retry = z
  .strictObject({
    max_attempts: count.exactOptional().describe('Attempts of a request, the first included. Default: 1.'),
    initial_backoff_ms: positiveNumber
      .exactOptional()
      .describe(
        'Longest wait before the second attempt, in ms; it doubles with each further one, and the wait is drawn from 0 up to it. Default: 1000.',
      ),
    max_backoff_ms: positiveNumber
      .exactOptional()
      .describe(
        'What that doubling stops at, in ms. A longer Retry-After is kept all the same. Default: 30000.',
      ),
  })
  .describe(
    'Retries of failed requests (no connection, reset, 429, 5xx, no first token in time); never after the first content token.',
  );

/** `execution`: how the run is carried out. */
export const executionSchema = z
  .strictObject({
    client: z
      .enum(['wire', 'sdk'])
      .exactOptional()
      .describe("Our own client, or the vendor's SDK. Default: wire."),
    max_concurrency: count
      .exactOptional()
      .describe('Run-wide gate: requests beyond it wait, and the wait is a metric (concurrency_wait).'),
    warmup_requests: z
      .int()
      .min(0)
      .exactOptional()
      .describe('Requests for each target before the start, outside the totals. Default: 0.'),
    retry: retry.exactOptional(),
    tokenizer: text
      .exactOptional()
      .describe(
        'Counts tokens offline: o200k_base, cl100k_base, or the path of a Hugging Face tokenizer.json. Default: only the counts of the provider.',
      ),
    on_worker_loss: z
      .enum(['resume', 'fail'])
      .exactOptional()
      .describe(
        'What happens when a worker dies: its part goes on elsewhere and the report says what is lost (`resume`), or the run is stopped and invalid (`fail`, exit code 97). Default: resume.',
      ),
    on_invalid: z
      .enum(['fail', 'warn'])
      .exactOptional()
      .describe('What an invalid measurement does: `fail` ends in exit code 5. Default: fail.'),
  })
  .describe('How the run is carried out.');

/** Formats that a report can be exported to. */
export const exportFormats = [
  'json',
  'csv',
  'jsonl',
  'html',
  'markdown',
  'junit',
  'msgpack',
  'influxdb',
  'prometheus',
  'otlp',
  'datadog',
] as const;

const exportTarget = z
  .strictObject({
    format: z.enum(exportFormats).describe('File format, or kind of database.'),
    path: text
      .exactOptional()
      .describe(
        'File to write; {name}, {timestamp} and {run} are filled in. Relative to the working directory; - is standard output.',
      ),
    url: text
      .exactOptional()
      .describe(
        'Address of the database; a password only as ${NAME}. Default for influxdb: TOKENSTORM_INFLUX_URL, or that of the aggregator.',
      ),
    database: text.exactOptional().describe('Name of the database. Default: tokenstorm.'),
    retention: positiveDuration
      .exactOptional()
      .describe('How long the database keeps the data. Default: 30d.'),
  })
  .describe('One export.');

/** `output`: where results go beside the terminal. */
export const outputSchema = z
  .strictObject({
    export: z.array(exportTarget).exactOptional().describe('Exports, written as the run goes or at its end.'),
  })
  .describe('Where results go beside the terminal.');
