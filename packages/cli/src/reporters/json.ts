import type { Report } from '@tokenstorm/core';

/** The report as JSON (schema `tokenstorm.report/1`), indented, ending in a newline. */
export function jsonReport(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
