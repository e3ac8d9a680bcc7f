import { z } from 'zod';
import { count, duration, percent, positiveDuration, positiveNumber, text } from './values.ts';

/** `slo`: what a request must keep to count in the goodput. */
export const sloSchema = z
  .strictObject({
    ttft: positiveDuration.exactOptional().describe('Time to first token.'),
    tpot: positiveDuration.exactOptional().describe('Time per output token after the first.'),
    e2e: positiveDuration.exactOptional().describe('Time to the last content.'),
  })
  .describe('A request that keeps all of these limits counts as good (goodput).');

const thresholdObject = z.strictObject({
  threshold: text.describe('Expression, such as p(99) < 2s.'),
  window: positiveDuration
    .exactOptional()
    .describe('Evaluated over the last so long. Default: the whole run.'),
  abort_on_fail: z.boolean().exactOptional().describe('Stops the run when it fails. Default: false.'),
  delay_abort_eval: duration.exactOptional().describe('No abort before so long. Default: 0s.'),
});

const threshold = z.union([text, thresholdObject], {
  error: 'must be an expression such as "p(95) < 800ms", or { threshold, window, abort_on_fail }',
});

/** `thresholds`: metric, with an optional label filter, to its expressions. */
export const thresholdsSchema = z
  .record(
    text,
    z.union([threshold, z.array(threshold).min(1)], {
      error: 'must be an expression such as "p(95) < 800ms", or a list of them',
    }),
  )
  .describe(
    'What the run must reach, in k6 syntax: metric -> expressions. A failed one ends in exit code 99.',
  );

/** `targets`: timer_score. */
export const targetsSchema = z
  .strictObject({
    first_token: positiveDuration.exactOptional().describe('Target time of the first token.'),
    total: positiveDuration.exactOptional().describe('Target time of the whole request.'),
  })
  .describe('Target times of timer_score.');

const regressionLimit = z.string({ error: 'must be a share such as 10% or 0.5pp' });

/** `regression`: comparison with an earlier report. */
export const regressionSchema = z
  .strictObject({
    baseline: z
      .union([text, z.array(text).min(1)], {
        error: 'must be the path of a report, the id of a run, or a list of them',
      })
      .exactOptional()
      .describe(
        'Report JSON or snapshot log to compare with, or the id of a run. Several runs show how much runs differ by themselves.',
      ),
    confidence: percent.exactOptional().describe('Confidence of the comparison. Default: 95%.'),
    limits: z
      .record(text, regressionLimit)
      .exactOptional()
      .describe(
        'How much worse each figure may get: percent of the baseline (ttft.p95: 10%), or percentage points of a share (errors: 0.5pp).',
      ),
  })
  .describe(
    'Compares the run with a baseline. A figure that is worse beyond chance, and by more than its limit, ends in exit code 99.',
  );

/** `search`: the highest load that still keeps a condition. */
export const searchSchema = z
  .strictObject({
    scenario: text.describe('Workload to vary.'),
    vary: z.enum(['rate', 'vus', 'concurrency']).describe('Key to vary.'),
    from: positiveNumber.describe('Least value.'),
    to: positiveNumber.describe('Greatest value.'),
    precision: percent.exactOptional().describe('Ends when the bounds are this near.'),
    step: positiveDuration.exactOptional().describe('Length of one step.'),
    until: text.describe('Condition that ends the search, such as goodput < 0.95.'),
  })
  .describe('Search of the capacity (`tokenstorm capacity`).');

/** `budget`: what the run may use up. */
export const budgetSchema = z
  .strictObject({
    usd: positiveNumber
      .exactOptional()
      .describe(
        'US dollars. Every model of the run must have a price then: in `pricing`, in a price file, or in the built-in table.',
      ),
    tokens: count.exactOptional().describe('Input and output tokens together.'),
    requests: count.exactOptional().describe('Requests as the providers see them: each retry is one.'),
    on_exhausted: z
      .enum(['drain', 'stop'])
      .exactOptional()
      .describe(
        'What happens to requests under way once it is used up: they may finish (drain), or are cancelled (stop). Default: drain.',
      ),
  })
  .describe(
    'What the whole run may use up, over all workers, warm-up and retries included. Each request sets aside what it may need before it is sent; when the next one does not fit any more, the run ends (exit code 97).',
  );
