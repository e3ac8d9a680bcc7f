import type { LoadProfile, SharedIterations, Stage } from './load-profile.ts';

/** A profile whose length is known before it runs. */
export type TimedProfile = Exclude<LoadProfile, SharedIterations>;

/** Requests per second or virtual users over time: a value at the start, and the linear stages that follow. */
export interface Course {
  readonly start: number;
  readonly stages: readonly Stage[];
}

/** The course of any timed profile; a constant one is a single stage that stays where it starts. */
export function courseOf(load: TimedProfile): Course {
  if ('stages' in load) {
    return {
      start: load.executor === 'ramping-vus' ? load.startVus : load.startRatePerSecond,
      stages: load.stages,
    };
  }
  const value = load.executor === 'constant-vus' ? load.vus : load.ratePerSecond;
  return { start: value, stages: [{ durationMs: load.durationMs, target: value }] };
}

/** Milliseconds in which a profile starts requests; `undefined` where only its last iteration ends it. */
export function loadDurationMs(load: LoadProfile): number | undefined {
  if (load.executor === 'shared-iterations') return undefined;
  return courseOf(load).stages.reduce((sumMs, stage) => sumMs + stage.durationMs, 0);
}

/** The highest rate per second of an open loop, or the most virtual users at a time of a closed one. */
export function loadPeak(load: LoadProfile): number {
  if (load.executor === 'shared-iterations') return load.vus;
  const { start, stages } = courseOf(load);
  return stages.reduce((highest, stage) => Math.max(highest, stage.target), start);
}
