/** A length of time for a log line, in seconds: `0.4 s`, `12 s`. */
export function seconds(ms: number): string {
  return `${ms < 10_000 ? Number((ms / 1000).toFixed(1)) : Math.round(ms / 1000)} s`;
}
