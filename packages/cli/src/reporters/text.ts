import type { Report } from '@tokenstorm/core';
import { pageText } from '../view/page.ts';
import { styleOf } from '../view/style.ts';
import { conclusionSections } from './text/conclusion.ts';
import { errorsSection } from './text/errors-section.ts';
import { groupsTable } from './text/groups-table.ts';
import { headerSections } from './text/header.ts';
import { histogramSections } from './text/histogram-chart.ts';
import { metricsTable } from './text/metrics-table.ts';
import { regressionSection } from './text/regression-section.ts';
import { thresholdsSection } from './text/thresholds-section.ts';
import { totalsSections } from './text/totals.ts';

/** How a text report is laid out. */
export interface TextOptions {
  /** Columns, 80..120 (`textWidth`). */
  readonly width: number;
  readonly colours: boolean;
}

/** The final report for people, ending in a newline. No line is wider than asked, none ends in a space. */
export function textReport(report: Report, { width, colours }: TextOptions): string {
  const page = { width, style: styleOf(colours) };
  return pageText([
    ...headerSections(report, page),
    metricsTable(report, page),
    ...histogramSections(report, page),
    groupsTable(report, page),
    ...totalsSections(report, page),
    errorsSection(report, page),
    thresholdsSection(report, page),
    regressionSection(report, page),
    ...conclusionSections(report, page),
  ]);
}
