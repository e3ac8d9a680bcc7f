const minuteMs = 60_000;
/** A window this far from a minute is another one: the next that servers use are a second and an hour. */
const farFactor = 2;
const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

interface Reset {
  readonly ms: number;
  /** The smallest step of the text: the value may be off by as much. */
  readonly stepMs: number;
}

/**
 * Whether a limit can be one per minute, by the time until it is there in full again (`12ms`, `8.64s`, `6m0s`, `24h0m0s`,
 * or seconds alone). Limits refill evenly, so the used part of the limit and that time give the whole window: one request
 * of 10,000 that takes 8.64 s to come back is a day's limit. True where the headers do not tell, because a limit per
 * minute is the rule; a text rounded to a coarse step counts in the limit's favour.
 */
export function isMinuteWindow(
  limit: number | undefined,
  remaining: number | undefined,
  reset: string | undefined,
): boolean {
  const known = reset === undefined ? undefined : readReset(reset);
  if (known === undefined) return true;
  const earliestMs = known.ms - known.stepMs;
  if (limit === undefined || remaining === undefined) return earliestMs <= minuteMs;
  const used = limit - remaining;
  if (used <= 0) return earliestMs <= minuteMs;
  const shortestMs = (earliestMs * limit) / used;
  const longestMs = ((known.ms + known.stepMs) * limit) / used;
  return shortestMs <= minuteMs * farFactor && longestMs >= minuteMs / farFactor;
}

function readReset(text: string): Reset | undefined {
  const trimmed = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return secondsReset(trimmed);
  if (!/^(?:\d+(?:\.\d+)?(?:d|h|ms|m|s))+$/.test(trimmed)) return undefined;
  let ms = 0;
  let stepMs = 0;
  for (const [, amount = '', unit = ''] of trimmed.matchAll(/(\d+(?:\.\d+)?)(d|h|ms|m|s)/g)) {
    ms += Number(amount) * unitMs[unit]!;
    stepMs = stepOf(amount) * unitMs[unit]!;
  }
  return { ms, stepMs };
}

/** Seconds alone; a number as large as that is a moment of the calendar, which says nothing without a clock. */
function secondsReset(text: string): Reset | undefined {
  const ms = Number(text) * 1000;
  return ms > 31 * unitMs['d']! ? undefined : { ms, stepMs: stepOf(text) * 1000 };
}

function stepOf(amount: string): number {
  const decimals = amount.split('.')[1]?.length ?? 0;
  return 10 ** -decimals;
}
