import { z } from 'zod';
import { count, duration, positiveDuration, positiveNumber } from './values.ts';

/** Names of the load profiles: k6's, and `trace-replay`. */
export const executors = [
  'constant-arrival-rate',
  'ramping-arrival-rate',
  'constant-vus',
  'ramping-vus',
  'shared-iterations',
  'trace-replay',
] as const;

const stage = z
  .strictObject({
    duration: duration.describe('Length of the stage; 0s jumps to the target.'),
    target: z.number().min(0).describe('Requests per second, or virtual users, at the end of the stage.'),
  })
  .describe('A linear change to `target`.');

const arrivals = z
  .union(
    [
      z.enum(['constant', 'poisson']),
      z.strictObject({
        gamma: z
          .strictObject({
            burstiness: positiveNumber.describe('Shape: 1 is Poisson, below 1 burstier, above 1 more even.'),
          })
          .describe('Gamma-distributed gaps.'),
      }),
    ],
    { error: 'must be constant, poisson or { gamma: { burstiness: NUMBER } }' },
  )
  .describe('Law of the gaps between arrivals (open loop). Default: constant.');

const thinkTime = z
  .union(
    [
      duration,
      z.strictObject({
        mean: duration.exactOptional().describe('Mean.'),
        stddev: duration.exactOptional().describe('Standard deviation (normal, lognormal).'),
        min: duration.exactOptional().describe('Least value (uniform).'),
        max: duration.exactOptional().describe('Greatest value (uniform).'),
        distribution: z
          .enum(['fixed', 'uniform', 'exponential', 'normal', 'lognormal'])
          .exactOptional()
          .describe('Default: normal where `stddev` is given, else fixed.'),
      }),
    ],
    { error: 'must be a duration, or { mean, stddev, distribution }' },
  )
  .describe("A virtual user's pause between two requests (closed loop). Default: none.");

/** Keys that say when requests start. Which of them a workload takes depends on its executor. */
export const loadKeys = {
  executor: z
    .enum(executors)
    .exactOptional()
    .describe(
      'Load profile. The arrival-rate executors are open loop, the others closed loop. Default: shared-iterations where `requests` is given.',
    ),
  rate: positiveNumber.exactOptional().describe('Requests per second of the whole run, for each target.'),
  start_rate: z.number().min(0).exactOptional().describe('Rate at the start of the first stage. Default: 0.'),
  duration: positiveDuration.exactOptional().describe('How long requests are started.'),
  stages: z
    .array(stage)
    .min(1)
    .exactOptional()
    .describe('Stages of a ramping executor, one after the other.'),
  vus: count.exactOptional().describe('Virtual users of the whole run, for each target.'),
  start_vus: z
    .int()
    .min(0)
    .exactOptional()
    .describe('Virtual users at the start of the first stage. Default: 0.'),
  requests: count.exactOptional().describe('Number of requests, for each target (shared-iterations).'),
  concurrency: count
    .exactOptional()
    .describe('Virtual users that share the requests (shared-iterations). Default: 1.'),
  arrivals: arrivals.exactOptional(),
  max_in_flight: count
    .exactOptional()
    .describe(
      'Open loop: beyond so many unfinished requests an arrival is dropped and counted. Default: 1000.',
    ),
  think_time: thinkTime.exactOptional(),
};
