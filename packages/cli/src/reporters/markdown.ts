import type { Report } from '@tokenstorm/core';
import { costSection } from './markdown/cost-section.ts';
import { errorsSection } from './markdown/errors-section.ts';
import { groupsSection } from './markdown/groups-section.ts';
import { headSection, runSection } from './markdown/head-section.ts';
import { metricsSection } from './markdown/metrics-section.ts';
import { notesSection } from './markdown/notes-section.ts';
import { regressionSection } from './markdown/regression-section.ts';
import { scoresSection } from './markdown/scores-section.ts';
import { thresholdsSection } from './markdown/thresholds-section.ts';

/** A comment at GitHub holds 65,536 characters, the summary of a step 1 MiB. */
const mostCharacters = 60_000;

/**
 * The report for a comment on a change and for the summary of a CI job: what matters first, at most 60,000 characters. Sections
 * that have no room are left out, the last ones first to go, and named.
 */
export function markdownReport(report: Report): string {
  const sections = [
    headSection(report),
    metricsSection(report),
    thresholdsSection(report),
    regressionSection(report),
    errorsSection(report),
    scoresSection(report),
    runSection(report),
    costSection(report),
    groupsSection(report),
    notesSection(report),
  ].filter((section) => section !== '');
  const shown: string[] = [];
  let room = mostCharacters;
  for (const section of sections) {
    if (section.length > room) continue;
    shown.push(section);
    room -= section.length + 2;
  }
  const left = sections.length - shown.length;
  const isAre = left === 1 ? 'A part is' : `${left} parts are`;
  const omitted = left === 0 ? [] : [`${isAre} too long for this page: see the other files of the run.`];
  return `${[...shown, ...omitted].join('\n\n')}\n`;
}
