/** The three forms of an HTTP date (RFC 9110, section 5.6.7), and ISO 8601 in UTC, which some servers send. */
const datePatterns: readonly RegExp[] = [
  /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC)$/,
  /^[A-Z][a-z]{2,5}day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/,
];
/** Its third form, which names no zone and is GMT all the same. */
const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * Ms that a server asks to be left alone for, counted from `nowEpochMs`: its `retry-after-ms`, or its `retry-after` in
 * seconds (whole ones by RFC 9110, section 10.2.3; some send fractions) or as a date. 0 for a moment that has passed;
 * `undefined` where it asks for nothing that can be read, negative numbers included. As long as it says: nothing is
 * capped. Header names are lower-case.
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  nowEpochMs: number,
): number | undefined {
  const ms = amountOf(headers['retry-after-ms']);
  if (ms !== undefined) return ms;
  const value = headers['retry-after']?.trim();
  const seconds = amountOf(value);
  if (seconds !== undefined) return seconds * 1000;
  const atEpochMs = value === undefined ? Number.NaN : epochMsOf(value);
  return Number.isNaN(atEpochMs) ? undefined : Math.max(0, atEpochMs - nowEpochMs);
}

/** A finite number of 0 or more. */
function amountOf(value: string | undefined): number | undefined {
  if (value === undefined || !/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return undefined;
  const amount = Number(value);
  return Number.isFinite(amount * 1000) ? amount : undefined;
}

/** `Date.parse` alone would read a date into almost any text with a number. NaN for what is no date. */
function epochMsOf(text: string): number {
  if (asctime.test(text)) return Date.parse(`${text} GMT`);
  return datePatterns.some((pattern) => pattern.test(text)) ? Date.parse(text) : Number.NaN;
}
