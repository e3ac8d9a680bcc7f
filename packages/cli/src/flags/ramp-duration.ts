import { parseDuration } from '@tokenstorm/core';
import { isPlainObject } from './key-value.ts';

/**
 * The stages of a ramp, stretched or shortened alike so that all together last so long; undefined where they have no length, or are
 * not what they should be, which their parser says.
 */
export function rampLasting(stages: unknown, duration: string): readonly unknown[] | undefined {
  const wantedMs = parseDuration(duration);
  if (!Array.isArray(stages) || wantedMs === undefined) return undefined;
  const lengths = stages.map((stage: unknown) => lengthOf(stage));
  const totalMs = lengths.reduce<number>((sum, ms) => sum + (ms ?? Number.NaN), 0);
  if (!(totalMs > 0)) return undefined;
  return stages.map((stage: object, index) => ({
    ...stage,
    duration: `${Math.round(((lengths[index] ?? 0) / totalMs) * wantedMs * 1000) / 1000}ms`,
  }));
}

function lengthOf(stage: unknown): number | undefined {
  const duration = isPlainObject(stage) ? stage['duration'] : undefined;
  return typeof duration === 'string' ? parseDuration(duration) : undefined;
}
