/**
 * A text as a field of a CSV file (RFC 4180). A server's error message may read `=HYPERLINK(…)`: a spreadsheet would carry it
 * out. An apostrophe before it makes it a text, as OWASP advises. Line ends and control characters become spaces: each record is
 * one line.
 */
export function csvText(text: string): string {
  if (!/^[=+\-@]|[\p{Cc}\s",]/u.test(text)) return text;
  const oneLine = text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  const harmless = /^\s*[=+\-@]/.test(oneLine) ? `'${oneLine}` : oneLine;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
