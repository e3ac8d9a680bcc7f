import { defined } from './defined.ts';
import { parseDurationFlag } from './duration-flag.ts';
import type { FlagValues } from './flag-values.ts';
import type { ScenarioFlags } from './run-options.ts';

const whole = { min: 1, integer: true } as const;

type LoadFlags = Pick<
  ScenarioFlags,
  | 'requestRate'
  | 'arrivalPattern'
  | 'burstiness'
  | 'concurrency'
  | 'maxConcurrency'
  | 'requestCount'
  | 'duration'
  | 'warmupRequestCount'
  | 'warmupDuration'
  | 'budgetUsd'
  | 'budgetTokens'
  | 'budgetRequests'
  | 'seed'
>;

/** How many requests start and when, from the flags; combinations that exclude each other become problems. */
export function readLoad(values: FlagValues): LoadFlags {
  const load = defined({
    requestRate: readRate(values),
    arrivalPattern: values.oneOf('--arrival-pattern', ['constant', 'poisson', 'gamma']),
    burstiness: values.number('--burstiness', { above: 0 }),
    concurrency: values.number('--concurrency', whole),
    maxConcurrency: values.number('--max-concurrency', whole),
    requestCount: values.number('--request-count', whole),
    duration: readDuration(values, '--duration'),
    warmupRequestCount: values.number('--warmup-request-count', { min: 0, integer: true }),
    warmupDuration: readDuration(values, '--warmup-duration'),
    budgetUsd: values.number('--budget-usd', { above: 0 }),
    budgetTokens: values.number('--budget-tokens', whole),
    budgetRequests: values.number('--budget-requests', whole),
    seed: values.number('--random-seed', { min: 0, integer: true }),
  });
  checkExclusions(values);
  checkArrivalLaw(values, load);
  return load;
}

/** vLLM's `inf` means all at once, which is a closed loop of that many users. */
function readRate(values: FlagValues): number | undefined {
  if (values.all('--request-rate').at(-1) === 'inf') {
    return values.problem('--request-rate inf: all requests at once are --concurrency N --request-count N');
  }
  return values.number('--request-rate', { above: 0 });
}

function readDuration(values: FlagValues, name: '--duration' | '--warmup-duration'): string | undefined {
  const text = values.text(name);
  if (text === undefined) return undefined;
  return parseDurationFlag(text) ?? values.problem(`${name} ${text}: expected a duration such as 30s or 5m`);
}

function checkExclusions(values: FlagValues): void {
  if (values.isGiven('--request-rate') && values.isGiven('--concurrency')) {
    values.problem(
      '--request-rate and --concurrency: an open loop has no users; --max-concurrency limits how many requests are in flight',
    );
  }
  if (values.isGiven('--duration') && values.isGiven('--request-count')) {
    values.problem('--duration and --request-count: choose one');
  }
}

function checkArrivalLaw(values: FlagValues, load: LoadFlags): void {
  if (load.burstiness !== undefined && load.arrivalPattern !== undefined && load.arrivalPattern !== 'gamma') {
    values.problem(`--burstiness is for --arrival-pattern gamma, not ${load.arrivalPattern}`);
  }
  if (load.arrivalPattern === 'gamma' && !values.isGiven('--burstiness')) {
    values.problem('--arrival-pattern gamma needs --burstiness, such as 0.5');
  }
}
