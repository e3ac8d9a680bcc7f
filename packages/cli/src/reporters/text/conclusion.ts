import type { GeneratorReport, RegressionResult, Report, ValidityLevel } from '@tokenstorm/core';
import { budgetAmountText, dimensionsOf } from '../../view/budget-text.ts';
import { durationText, measureText, numbered, percentText } from '../../view/number-text.ts';
import { plainText } from '../../view/page.ts';
import type { Page, Section } from '../../view/page.ts';
import type { Style } from '../../view/style.ts';
import { labelled } from '../../view/wrap.ts';

/** How far the numbers can be trusted, what to bear in mind, and how the run ended. */
export function conclusionSections(report: Report, page: Page): Section[] {
  return [validityLines(report, page), noteLines(report, page), verdictLines(report, page)];
}

const levelWords: Readonly<Record<ValidityLevel, string>> = {
  valid: 'The load generator kept to its own schedule',
  suspect: 'Read the numbers with care',
  invalid: "The numbers are not the server's alone: do not use them",
};

const levelStyle = { valid: 'good', suspect: 'warning', invalid: 'bad' } as const;

function validityLines(report: Report, { width, style }: Page): string[] {
  const { level, reasons } = report.validity;
  const lines = labelled('Validity: ', `${level.toUpperCase()}. ${validityWords(report)}.`, width);
  return [
    ...emphasised(lines, style, levelStyle[level]),
    ...reasons.flatMap(({ detail }) => bullet(detail, width)),
    ...generatorLines(report.generator, width),
  ];
}

/** Whether to believe the numbers, in one sentence without its full stop. */
export function validityWords(report: Report): string {
  const { level } = report.validity;
  const { completed, failed } = report.accounting;
  return level === 'valid' && completed + failed === 0 ? 'Nothing was measured' : levelWords[level];
}

/** The generator's own condition, as far as it was measured. */
function generatorLines(generator: GeneratorReport, width: number): string[] {
  const { schedule_lag_p99_ms: late, send_delay_p99_ms: slow, stamp_error_bound_p99_ms: stamps } = generator;
  const p99 = [
    ...(late === null ? [] : [`late by ${measureText(late)} ms`]),
    ...(slow === null ? [] : [`slow to send by ${measureText(slow)} ms`]),
    ...(stamps === null ? [] : [`time stamps late by at most ${measureText(stamps)} ms`]),
  ];
  const parts = [
    ...(p99.length === 0 ? [] : [`p99: ${p99.join(', ')}`]),
    ...(generator.cpu_ratio === null ? [] : [`CPU: ${percentText(generator.cpu_ratio)}`]),
  ];
  return parts.length === 0 ? [] : labelled('  Generator: ', parts.join(' | '), width);
}

function noteLines({ notes }: Report, { width, style }: Page): string[] {
  if (notes.length === 0) return [];
  return [
    style.title('Notes:'),
    ...notes.flatMap((note) => bullet(plainText(note), width).map((line) => style.faint(line))),
  ];
}

function verdictLines(report: Report, { width, style }: Page): string[] {
  const text = `${report.verdict.toUpperCase()}. ${verdictWords(report)}.`;
  const tone = report.verdict === 'passed' ? 'good' : report.verdict === 'failed' ? 'bad' : 'warning';
  return emphasised(labelled('Verdict: ', text, width), style, tone);
}

/** How the run ended, in one sentence without its full stop. */
export function verdictWords(report: Report): string {
  const { verdict, run } = report;
  if (verdict === 'interrupted') return 'Stopped by the user; the numbers cover what ran until then';
  if (verdict === 'failed' || verdict === 'passed') return judgedWords(report);
  if (run.stop_reason === 'budget') return budgetWords(report);
  if (run.stop_reason === 'threshold') return 'A threshold with abort_on_fail stopped the run early';
  return 'A part that the run needs was lost; the numbers cover what ran until then';
}

/** Thresholds, and limits against a baseline. */
function judgedWords({ thresholds, regression = null }: Report): string {
  const limits = regression?.results ?? [];
  const [failed, broken] = [thresholds, limits].map((all) => all.filter(({ passed }) => !passed).length) as [
    number,
    number,
  ];
  const parts = [
    ...(failed === 0 ? [] : [`${failed} of ${numbered(thresholds.length, 'threshold')} did not hold`]),
    ...(broken === 0
      ? []
      : [
          `${broken} of ${numbered(limits.length, 'limit')} against the baseline ${broken === 1 ? 'is' : 'are'} broken`,
        ]),
  ];
  if (parts.length > 0) return parts.join(', and ');
  if (thresholds.length === 0 && limits.length === 0) return 'No thresholds were set, so none could fail';
  return [
    ...(thresholds.length === 0 ? [] : ['Every threshold held']),
    ...(limits.length === 0 ? [] : [`No limit against the baseline is broken${untold(limits)}`]),
  ].join('. ');
}

function untold(limits: readonly RegressionResult[]): string {
  const count = limits.filter(({ difference }) => difference.judgement === 'cannot_tell').length;
  return count === 0 ? '' : `, but of ${count} of ${limits.length} nothing can be said`;
}

/** The dimension that ran out is the one of which the least is left. */
function budgetWords({ budget = null, run }: Report): string {
  const after = `after ${durationText((budget?.exhausted_after_s ?? run.duration_s) * 1000)}`;
  const known = (budget === null ? [] : dimensionsOf(budget)).toSorted(
    ([, a], [, b]) => (b.used ?? 0) / b.limit - (a.used ?? 0) / a.limit,
  );
  const [first] = known;
  if (budget === null || first === undefined) return `The budget was used up ${after}`;
  const [dimension, { limit, used }] = first;
  const spent =
    used === null ? '' : ` (${dimension === 'usd' ? 'spent' : 'used'} ${budgetAmountText(dimension, used)})`;
  const rest =
    budget.on_exhausted === 'drain'
      ? 'no request began after that, and those under way could finish'
      : 'no request began after that, and those under way were cancelled';
  return `The budget of ${budgetAmountText(dimension, limit)} was used up${spent} ${after}; ${rest}`;
}

function bullet(text: string, width: number): string[] {
  return labelled('  - ', text, width);
}

/** Colours the first word after the label, which is in capitals. */
function emphasised(lines: readonly string[], style: Style, tone: 'good' | 'warning' | 'bad'): string[] {
  return lines.map((line, index) => {
    if (index > 0) return line;
    return line.replace(
      /^(\w+:) ([A-Z]+)/,
      (_, label: string, word: string) => `${style.title(label)} ${style[tone](word)}`,
    );
  });
}
