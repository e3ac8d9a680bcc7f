import type { RequestFormat } from './request-row.ts';

/** Formats of a file that holds a run's report: it is written at the end. */
export const reportFormats = ['json', 'html', 'markdown', 'junit', 'msgpack'] as const;

export type ReportFormat = (typeof reportFormats)[number];

/** Formats of a file with one line for each request: it is written as the run goes. */
export const requestFormats = ['csv', 'jsonl'] as const satisfies readonly RequestFormat[];

/** Everything that is exported to a file. */
export type FileFormat = ReportFormat | RequestFormat;

export function isReportFormat(format: string): format is ReportFormat {
  return (reportFormats as readonly string[]).includes(format);
}

export function isFileFormat(format: string): format is FileFormat {
  return isReportFormat(format) || (requestFormats as readonly string[]).includes(format);
}
