import type { Report, ReportFormat } from '@tokenstorm/core';
import type { Tolerance } from './tolerance.ts';

/** Makes a report's file. */
export type Reporter = (report: Report, tolerance: Tolerance) => string | Uint8Array;

/** A format that a report can be written in. */
export interface ReportFormatEntry {
  /** What a file of it is called: `HTML report`. */
  readonly name: string;
  /** Bytes that are no text: nothing for a terminal. */
  readonly isBinary: boolean;
  /** Loads what makes it, which a run that does not ask for it never pays for. */
  readonly load: () => Promise<Reporter>;
}

/** Every format of a report, for all commands that write one. */
export const reportFormatEntries = {
  json: {
    name: 'Report',
    isBinary: false,
    load: async () => (await import('./json.ts')).jsonReport,
  },
  html: {
    name: 'HTML report',
    isBinary: false,
    load: async () => (await import('./html.ts')).htmlReport,
  },
  markdown: {
    name: 'Markdown report',
    isBinary: false,
    load: async () => (await import('./markdown.ts')).markdownReport,
  },
  junit: {
    name: 'JUnit report',
    isBinary: false,
    load: async () => (await import('./junit.ts')).junitReport,
  },
  msgpack: {
    name: 'MessagePack report',
    isBinary: true,
    load: async () => (await import('./msgpack.ts')).msgpackReport,
  },
} satisfies Record<ReportFormat, ReportFormatEntry>;
