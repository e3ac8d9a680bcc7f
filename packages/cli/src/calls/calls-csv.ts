import { callColumns } from './call.ts';
import type { Call } from './call.ts';

/** Calls as CSV (RFC 4180), the names of the columns above them. */
export function callsCsv(calls: readonly Call[]): string {
  const rows = calls.map((call) => callColumns.map((name) => field(call[name])).join(','));
  return [callColumns.join(','), ...rows].map((line) => `${line}\n`).join('');
}

function field(value: string | number | null): string {
  if (value === null) return '';
  return typeof value === 'number' ? String(value) : text(value);
}

/** Without line ends; what a spreadsheet would take for a formula gets an apostrophe before it. */
function text(value: string): string {
  const oneLine = value.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  const harmless = /^\s*[=+\-@]/.test(oneLine) ? `'${oneLine}` : oneLine;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
