const duration =
  /^(?=\d)(?:\d+(?:\.\d+)?d)?(?:\d+(?:\.\d+)?h)?(?:\d+(?:\.\d+)?m)?(?:\d+(?:\.\d+)?s)?(?:\d+(?:\.\d+)?ms)?$/;

/** A length of time as a scenario file writes it: `90s`, `1h30m`, `250ms`; a bare number is seconds. Undefined for others and for 0. */
export function parseDurationFlag(text: string): string | undefined {
  const trimmed = text.trim();
  const withUnit = /^\d+(\.\d+)?$/.test(trimmed) ? `${trimmed}s` : trimmed;
  return duration.test(withUnit) && /[1-9]/.test(withUnit) ? withUnit : undefined;
}

/** Time in which `count` arrivals at `ratePerSecond` start, rounded down to a microsecond so that one more never fits in. */
export function durationOf(count: number, ratePerSecond: number): string {
  return `${Math.floor((count / ratePerSecond) * 1e6) / 1e3}ms`;
}
