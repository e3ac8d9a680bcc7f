import type { Report } from '@tokenstorm/core';
import { styleOf } from '../../view/style.ts';
import { scoresSection as scoreLines } from '../text/scores-section.ts';
import { proseOf } from './escape.ts';

/** Wider than any line of it. */
const width = 1000;

/** The tiers of the medians, and timer_score where the scenario has targets. */
export function scoresSection(report: Report): string {
  const lines = scoreLines(report, { width, style: styleOf(false) });
  return lines.map((line) => proseOf(line)).join('<br>\n');
}
