import type { ScenarioOverride } from '@tokenstorm/core';
import { arrivalLaw, arrivalLawFlag } from './arrival-law.ts';
import { change } from './change.ts';
import type { WorkloadOutline } from './document.ts';
import { durationOf } from './duration-flag.ts';
import { rampLasting } from './ramp-duration.ts';
import type { ScenarioFlags } from './run-options.ts';

/** The key of a load profile that a flag sets, by executor; an executor that is not listed has no such key. */
const usersKey: Keys = { 'shared-iterations': 'concurrency', 'constant-vus': 'vus' };
const durationKey: Keys = { 'constant-arrival-rate': 'duration', 'constant-vus': 'duration' };
const ramps = new Set(['ramping-arrival-rate', 'ramping-vus']);
const openLoops = new Set(['constant-arrival-rate', 'ramping-arrival-rate', 'trace-replay']);

type Keys = Readonly<Record<string, string>>;

/** What the load flags change in each workload of a file; a workload that cannot have a flag's value is a problem. */
export function fileLoadChanges(
  flags: ScenarioFlags,
  workloads: readonly WorkloadOutline[],
  problems: string[],
): readonly ScenarioOverride[] {
  const hasOpenLoop = workloads.some(isOpenLoop);
  const users = flags.concurrency ?? (hasOpenLoop ? undefined : flags.maxConcurrency);
  const usersFlag = flags.concurrency === undefined ? '--max-concurrency' : '--concurrency';
  return [
    ...rateChanges(flags, workloads, problems),
    ...lawChanges(flags, workloads, problems),
    ...keyChanges(users, usersFlag, usersKey, workloads, problems),
    ...durationChanges(flags.duration, workloads, problems),
    ...countChanges(flags, workloads, problems),
    ...change(
      ['execution', 'max_concurrency'],
      hasOpenLoop ? flags.maxConcurrency : undefined,
      '--max-concurrency',
    ),
  ];
}

function isOpenLoop(workload: WorkloadOutline): boolean {
  return openLoops.has(workload.executor ?? '');
}

function at(workload: WorkloadOutline, key: string): readonly (string | number)[] {
  return ['workload', 'scenarios', workload.index, key];
}

function cannot(flag: string, { name, executor }: WorkloadOutline): string {
  return `${flag}: ${name} is ${executor ?? 'without an executor'}, which has none; change its load in the file`;
}

/** Sets the executor's own key in every workload. */
function keyChanges(
  value: unknown,
  flag: string,
  keys: Keys,
  workloads: readonly WorkloadOutline[],
  problems: string[],
): readonly ScenarioOverride[] {
  if (value === undefined) return [];
  return workloads.flatMap((workload) => {
    const key = keys[workload.executor ?? ''];
    if (key !== undefined) return change(at(workload, key), value, flag);
    problems.push(cannot(flag, workload));
    return [];
  });
}

/** How long each workload starts requests; a ramp keeps its form. */
function durationChanges(
  duration: string | undefined,
  workloads: readonly WorkloadOutline[],
  problems: string[],
): readonly ScenarioOverride[] {
  if (duration === undefined) return [];
  return workloads.flatMap((workload) => {
    const stages = ramps.has(workload.executor ?? '')
      ? rampLasting(workload.effective['stages'], duration)
      : undefined;
    if (stages !== undefined) return change(at(workload, 'stages'), stages, '--duration');
    return keyChanges(duration, '--duration', durationKey, [workload], problems);
  });
}

/** One rate cannot stand for several workloads: each has its own share of the load. */
function rateChanges(
  flags: ScenarioFlags,
  workloads: readonly WorkloadOutline[],
  problems: string[],
): readonly ScenarioOverride[] {
  if (flags.requestRate === undefined) return [];
  if (workloads.length > 1) {
    const names = workloads.map(({ name }) => name).join(', ');
    problems.push(
      `--request-rate: the file has ${workloads.length} workloads (${names}); change the rates there`,
    );
    return [];
  }
  return keyChanges(
    flags.requestRate,
    '--request-rate',
    { 'constant-arrival-rate': 'rate' },
    workloads,
    problems,
  );
}

/** The law of every open loop; closed loops have none, so it is a problem only where all are closed. */
function lawChanges(
  flags: ScenarioFlags,
  workloads: readonly WorkloadOutline[],
  problems: string[],
): readonly ScenarioOverride[] {
  const law = arrivalLaw(flags);
  if (law === undefined) return [];
  const flag = arrivalLawFlag(flags);
  const open = workloads.filter(isOpenLoop);
  if (open.length === 0) problems.push(`${flag}: the file has no arrival-rate workload`);
  return open.flatMap((workload) => change(at(workload, 'arrivals'), law, flag));
}

/** Requests of a closed loop; of an open one the time in which so many start. */
function countChanges(
  flags: ScenarioFlags,
  workloads: readonly WorkloadOutline[],
  problems: string[],
): readonly ScenarioOverride[] {
  const { requestCount } = flags;
  if (requestCount === undefined) return [];
  return workloads.flatMap((workload) => {
    const rate = flags.requestRate ?? workload.effective['rate'];
    if (workload.executor === 'shared-iterations')
      return change(at(workload, 'requests'), requestCount, '--request-count');
    if (workload.executor === 'constant-arrival-rate' && typeof rate === 'number' && rate > 0) {
      return change(at(workload, 'duration'), durationOf(requestCount, rate), '--request-count');
    }
    problems.push(cannot('--request-count', workload));
    return [];
  });
}
