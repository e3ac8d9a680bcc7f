const unitsMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** A duration as written in a scenario: numbers with the units d, h, m, s, ms, each at most once, largest first. */
export const durationPattern =
  /^(?=\d)(?:\d+(?:\.\d+)?d)?(?:\d+(?:\.\d+)?h)?(?:\d+(?:\.\d+)?m)?(?:\d+(?:\.\d+)?s)?(?:\d+(?:\.\d+)?ms)?$/;

/** A share as written in a scenario: `12.5%`. */
export const percentPattern = /^\d+(?:\.\d+)?%$/;

/** Milliseconds (0 or more, whole microseconds) of `500ms`, `5s`, `1m30s`, `2h`, `30d`; `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(d|h|ms|m|s)/g)) {
    totalMs += Number(amount) * (unitsMs[unit ?? ''] ?? 0);
  }
  return Math.round(totalMs * 1000) / 1000;
}

/** Ratio (0 or more) of `50%`: 0.5; `undefined` for anything else. */
export function parsePercent(text: string): number | undefined {
  return percentPattern.test(text) ? Number(text.slice(0, -1)) / 100 : undefined;
}
