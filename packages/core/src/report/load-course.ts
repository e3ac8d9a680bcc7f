/** How an open-loop workload went over its measured window, quarter by quarter. */
export interface LoadCourse {
  readonly scenario: string;
  /** Four, in order. */
  readonly quarters: readonly CourseQuarter[];
}

export interface CourseQuarter {
  /** Requests due in this quarter. */
  readonly arrivals: number;
  /** Requests that completed in it, whenever they were due. */
  readonly completed: number;
  /** Of the requests that completed in it; absent where none did, or none was streamed. */
  readonly medianTtftMs?: number;
}

/** A load that the server did not keep up with. */
export interface PassedKnee {
  readonly scenario: string;
  readonly arrivals: number;
  readonly completed: number;
  readonly ttftBeforeMs: number;
  readonly ttftAfterMs: number;
}

/** Completions / arrivals in the second half below which a server may have fallen behind. */
export const kneeCompletionRatio = 0.95;
/** Growth of the median TTFT from the second to the last quarter that proves it. */
const kneeTtftGrowth = 1.5;

/**
 * Whether a load went past the server's knee: in the second half of its window fewer requests completed than arrived, and
 * the median TTFT grew from the second quarter to the last. Either alone has other causes: a ramp, slow answers, noise.
 */
export function passedKnee({ scenario, quarters }: LoadCourse): PassedKnee | undefined {
  const [, second, third, last] = quarters;
  if (second === undefined || third === undefined || last === undefined) return undefined;
  const arrivals = third.arrivals + last.arrivals;
  const completed = third.completed + last.completed;
  const { medianTtftMs: ttftBeforeMs } = second;
  const { medianTtftMs: ttftAfterMs } = last;
  if (ttftBeforeMs === undefined || ttftAfterMs === undefined) return undefined;
  if (completed >= kneeCompletionRatio * arrivals || ttftAfterMs <= kneeTtftGrowth * ttftBeforeMs)
    return undefined;
  return { scenario, arrivals, completed, ttftBeforeMs, ttftAfterMs };
}
