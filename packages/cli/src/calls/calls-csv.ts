import { csvText } from '@tokenstorm/core';
import { callColumns } from './call.ts';
import type { Call } from './call.ts';

/** Calls as CSV (RFC 4180), the names of the columns above them. */
export function callsCsv(calls: readonly Call[]): string {
  const rows = calls.map((call) => callColumns.map((name) => field(call[name])).join(','));
  return [callColumns.join(','), ...rows].map((line) => `${line}\n`).join('');
}

function field(value: string | number | null): string {
  if (value === null) return '';
  return typeof value === 'number' ? String(value) : csvText(value);
}
