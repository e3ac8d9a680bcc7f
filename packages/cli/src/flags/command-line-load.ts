import type { ScenarioOverride } from '@tokenstorm/core';
import { arrivalLaw, arrivalLawFlag } from './arrival-law.ts';
import { change } from './change.ts';
import { durationOf } from './duration-flag.ts';
import type { ScenarioFlags } from './run-options.ts';

const workload = ['workload', 'scenarios', 0] as const;

/**
 * The load keys of the workload that the flags describe: a rate makes it constant-arrival-rate, users with a duration
 * constant-vus, users with a number of requests shared-iterations (one user where none are asked for).
 */
export function commandLineLoad(flags: ScenarioFlags, problems: string[]): readonly ScenarioOverride[] {
  if (flags.duration === undefined && flags.requestCount === undefined) {
    problems.push('how long? Give --duration, such as 30s, or --request-count');
  }
  if (flags.requestRate !== undefined) return openLoop(flags, flags.requestRate);
  checkClosedLoop(flags, problems);
  return closedLoop(flags);
}

function openLoop(flags: ScenarioFlags, rate: number): readonly ScenarioOverride[] {
  const { duration, requestCount } = flags;
  const countedDuration = requestCount === undefined ? undefined : durationOf(requestCount, rate);
  return [
    ...change([...workload, 'executor'], 'constant-arrival-rate', '--request-rate'),
    ...change([...workload, 'rate'], rate, '--request-rate'),
    ...change([...workload, 'duration'], duration, '--duration'),
    ...change([...workload, 'duration'], countedDuration, '--request-count'),
    ...change([...workload, 'arrivals'], arrivalLaw(flags), arrivalLawFlag(flags)),
    ...change(['execution', 'max_concurrency'], flags.maxConcurrency, '--max-concurrency'),
  ];
}

function closedLoop(flags: ScenarioFlags): readonly ScenarioOverride[] {
  const { concurrency, maxConcurrency, duration, requestCount } = flags;
  const users = concurrency ?? maxConcurrency ?? 1;
  const usersFlag = concurrency === undefined ? '--max-concurrency' : '--concurrency';
  if (duration === undefined) {
    return [
      ...change([...workload, 'executor'], 'shared-iterations', '--request-count'),
      ...change([...workload, 'requests'], requestCount, '--request-count'),
      ...change([...workload, 'concurrency'], users, usersFlag),
    ];
  }
  return [
    ...change([...workload, 'executor'], 'constant-vus', '--duration'),
    ...change([...workload, 'vus'], users, usersFlag),
    ...change([...workload, 'duration'], duration, '--duration'),
  ];
}

function checkClosedLoop(flags: ScenarioFlags, problems: string[]): void {
  const { concurrency, maxConcurrency } = flags;
  if (arrivalLaw(flags) !== undefined) {
    problems.push(`${arrivalLawFlag(flags)} is the law of an open loop: it needs --request-rate`);
  }
  if (concurrency !== undefined && maxConcurrency !== undefined && concurrency !== maxConcurrency) {
    problems.push('--concurrency and --max-concurrency mean the same without --request-rate: choose one');
  }
}
