import type { ValidityLevel, Verdict } from '@tokenstorm/core';
import type { Page, Section } from '../view/page.ts';
import type { Style } from '../view/style.ts';
import { labelled } from '../view/wrap.ts';
import type { Comparison } from './comparison.ts';

type Tone = 'good' | 'warning' | 'bad';

const levels: Readonly<Record<ValidityLevel, readonly [string, Tone]>> = {
  valid: ['The load generator kept to its own schedule', 'good'],
  suspect: ['Read the numbers with care', 'warning'],
  invalid: ["The numbers are not the servers' alone: do not use them", 'bad'],
};

/** How far the numbers can be trusted: the worst of the runs, with every reason. */
export function validityLines({ validity, reports }: Comparison, { width, style }: Page): Section {
  const [words, tone] = levels[validity.level];
  const text = `${validity.level.toUpperCase()}. ${words}.`;
  const reasons = reports.flatMap((report) =>
    report.validity.reasons.map(({ detail }) =>
      reports.length > 1 ? `${report.run.id}: ${detail}` : detail,
    ),
  );
  return [
    ...emphasised(labelled('Validity: ', text, width), style, tone),
    ...reasons.flatMap((reason) => labelled('  - ', reason, width)),
  ];
}

const verdicts: Readonly<Record<Verdict, readonly [string, Tone]>> = {
  passed: ['Every threshold held, as far as any was set', 'good'],
  failed: ['A threshold did not hold', 'bad'],
  aborted: ['A run ended before its plan did', 'warning'],
  interrupted: ['Stopped by the user; the numbers cover what ran until then', 'warning'],
};

/** How the runs ended: the worst of them. */
export function verdictLines({ verdict }: Comparison, { width, style }: Page): Section {
  const [words, tone] = verdicts[verdict];
  return emphasised(labelled('Verdict: ', `${verdict.toUpperCase()}. ${words}.`, width), style, tone);
}

/** Colours the first word after the label, which is in capitals. */
function emphasised(lines: readonly string[], style: Style, tone: Tone): string[] {
  return lines.map((line) =>
    line.replace(
      /^(\w+:) ([A-Z]+)/,
      (_, label: string, word: string) => `${style.title(label)} ${style[tone](word)}`,
    ),
  );
}
