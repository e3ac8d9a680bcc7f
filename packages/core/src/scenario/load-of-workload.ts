import type { Distribution, LoadProfile, Stage } from '../load/load-profile.ts';
import type { Parse } from './context.ts';
import type { EffectiveWorkload } from './effective-workload.ts';
import { loadKeys } from './schema/load.ts';
import { readThinkTime } from './think-time.ts';

type Executor = LoadProfile['executor'];
type LoadKey = keyof typeof loadKeys;

interface Takes {
  readonly needs: readonly LoadKey[];
  readonly takes: readonly LoadKey[];
  readonly loop: 'an open loop' | 'a closed loop';
}

/** Which keys belong to which executor. */
const executorKeys: Readonly<Record<Executor, Takes>> = {
  'constant-arrival-rate': {
    needs: ['rate', 'duration'],
    takes: ['arrivals', 'max_in_flight'],
    loop: 'an open loop',
  },
  'ramping-arrival-rate': {
    needs: ['stages'],
    takes: ['start_rate', 'arrivals', 'max_in_flight'],
    loop: 'an open loop',
  },
  'constant-vus': { needs: ['vus', 'duration'], takes: ['think_time'], loop: 'a closed loop' },
  'ramping-vus': { needs: ['stages'], takes: ['start_vus', 'think_time'], loop: 'a closed loop' },
  'shared-iterations': { needs: ['requests'], takes: ['concurrency', 'think_time'], loop: 'a closed loop' },
};

/** Unfinished requests beyond which an open loop drops arrivals, where the file says nothing. */
const defaultMaxInFlight = 1000;

/** The keys that an executor takes, needed or not. */
export function keysOfExecutor(executor: Executor): readonly string[] {
  const { needs, takes } = executorKeys[executor];
  return [...needs, ...takes];
}

/** A workload's load profile; `undefined` where it is wrong. */
export function readLoad(parse: Parse, workload: EffectiveWorkload): LoadProfile | undefined {
  const executor = executorOf(parse, workload);
  if (executor === undefined) return undefined;
  checkKeys(parse, workload, executor);
  const thinkTimeMs = readThinkTime(parse, workload);
  const { keys } = workload;
  if (thinkTimeMs === undefined || !parse.reading.isSound(workload.path)) return undefined;
  const stages = keys.stages === undefined ? [] : readStages(parse, workload, executor);
  return profileOf(executor, keys, stages, thinkTimeMs);
}

/** Every required key is there: `checkKeys` saw to it. */
function profileOf(
  executor: Executor,
  keys: EffectiveWorkload['keys'],
  stages: readonly Stage[],
  thinkTimeMs: Distribution,
): LoadProfile {
  const { rate = 0, duration: durationMs = 0, vus = 0, requests = 0, concurrency = 1 } = keys;
  const openLoop = {
    arrivals: keys.arrivals ?? ('constant' as const),
    maxInFlight: keys.max_in_flight ?? defaultMaxInFlight,
  };
  switch (executor) {
    case 'constant-arrival-rate':
      return { executor, ratePerSecond: rate, durationMs, ...openLoop };
    case 'ramping-arrival-rate':
      return { executor, startRatePerSecond: keys.start_rate ?? 0, stages, ...openLoop };
    case 'constant-vus':
      return { executor, vus, durationMs, thinkTimeMs };
    case 'ramping-vus':
      return { executor, startVus: keys.start_vus ?? 0, stages, thinkTimeMs };
    default:
      return { executor, vus: concurrency, iterations: requests, thinkTimeMs };
  }
}

function executorOf({ reading }: Parse, { name, path, keys }: EffectiveWorkload): Executor | undefined {
  if (keys.executor !== undefined) return keys.executor === 'trace-replay' ? undefined : keys.executor;
  if (keys.requests !== undefined) return 'shared-iterations';
  const guess = guessedExecutor(keys);
  reading.report(
    [...path, 'executor'],
    `the workload \`${name}\` does not say how it starts requests`,
    guess === undefined ? 'give it `requests` and `concurrency`, or an `executor`' : guess,
  );
  return undefined;
}

function guessedExecutor(keys: EffectiveWorkload['keys']): string | undefined {
  if (keys.concurrency !== undefined) return 'add `requests`: how many the virtual users share';
  if (keys.rate !== undefined) return 'add executor: constant-arrival-rate';
  if (keys.vus !== undefined) return 'add executor: constant-vus';
  if (keys.start_vus !== undefined) return 'add executor: ramping-vus';
  return keys.stages === undefined ? undefined : 'add executor: ramping-arrival-rate';
}

function checkKeys({ reading }: Parse, workload: EffectiveWorkload, executor: Executor): void {
  const { needs, loop } = executorKeys[executor];
  const allowed = keysOfExecutor(executor);
  const loadKeyNames = Object.keys(loadKeys).filter((key) => key !== 'executor');
  for (const key of loadKeyNames.filter((name) => workload.isOwn(name) && !allowed.includes(name))) {
    const message = `\`${key}\` does not go with the executor ${executor}, which is ${loop}`;
    reading.report([...workload.path, key], message, strayKeyHint(key, executor), 'key');
  }
  for (const key of needs.filter((name) => workload.keys[name] === undefined)) {
    const message = `\`${key}\` is missing: the executor ${executor} needs ${needs.map((name) => `\`${name}\``).join(' and ')}`;
    reading.report([...workload.path, key], message);
  }
}

function strayKeyHint(key: string, executor: Executor): string {
  const keys = keysOfExecutor(executor).join(', ');
  if (key === 'max_in_flight') return 'a closed loop never has more requests in flight than virtual users';
  if (key === 'think_time') return 'arrivals follow a schedule here; only virtual users pause';
  return `${executor} takes ${keys}`;
}

function readStages({ reading }: Parse, workload: EffectiveWorkload, executor: Executor): readonly Stage[] {
  const { stages = [], start_rate = 0 } = workload.keys;
  const path = workload.pathOf('stages');
  if (executor === 'ramping-vus') {
    stages.forEach(({ target }, index) => {
      if (Number.isInteger(target)) return;
      reading.report([...path, index, 'target'], '`target` must be a whole number of virtual users');
    });
  }
  if (stages.reduce((sum, stage) => sum + stage.duration, 0) === 0) {
    reading.report(path, '`stages` last no time at all', undefined, 'key');
  }
  const starts = executor === 'ramping-vus' ? (workload.keys.start_vus ?? 0) : start_rate;
  if (starts === 0 && stages.every((stage) => stage.target === 0)) {
    reading.report(path, '`stages` never leave 0: nothing would be sent', undefined, 'key');
  }
  return stages.map((stage) => ({ durationMs: stage.duration, target: stage.target }));
}
