import type { Report, ThresholdResult } from '@tokenstorm/core';
import { countText, numbered, percentText } from '../../view/number-text.ts';
import { plainText } from '../../view/page.ts';
import { failsFor } from '../tolerance.ts';
import type { Tolerance } from '../tolerance.ts';
import { validityWords, verdictWords } from '../text/conclusion.ts';
import { comparedText } from '../text/regression-section.ts';
import { measuredText } from '../text/thresholds-section.ts';
import type { Annotation } from './workflow-command.ts';

/** GitHub shows so many of a step. */
const mostAnnotations = 10;

const levels: readonly Annotation['level'][] = ['error', 'warning', 'notice'];

/** A share of failed requests above which they are worth a line, whatever the thresholds say. */
const noticedErrorRatio = 0.01;

/**
 * What is wrong with a run, the gravest first: an early end, a measurement that is not valid, failed thresholds, broken
 * limits of the regression, requests that failed. At most 10; the last one then says how many are left out.
 */
export function annotationsOf(report: Report, tolerance: Tolerance): readonly Annotation[] {
  const all = [
    ...earlyEnd(report),
    ...validity(report, tolerance),
    ...report.thresholds.filter(({ passed }) => !passed).map((result) => threshold(result)),
    ...regressions(report),
    ...failures(report),
  ];
  const errorsFirst = levels
    .flatMap((wanted) => all.filter(({ level }) => level === wanted))
    .map((annotation) => ofRun(annotation, report));
  if (errorsFirst.length <= mostAnnotations) return errorsFirst;
  const shown = errorsFirst.slice(0, mostAnnotations - 1);
  const left = numbered(errorsFirst.length - shown.length, 'more finding');
  const message = `${left}: see the report in the log of this step.`;
  return [...shown, ofRun({ level: 'notice', title: 'Not shown', message }, report)];
}

/** A job may have several runs. */
function ofRun({ level, title, message }: Annotation, { run }: Report): Annotation {
  return { level, title: `${title} (${plainText(run.name)})`, message };
}

function earlyEnd(report: Report): Annotation[] {
  const { verdict, run } = report;
  const isThreshold = run.stop_reason === 'threshold';
  if (isThreshold || (verdict !== 'aborted' && verdict !== 'interrupted')) return [];
  return [{ level: 'error', title: `Run ${verdict}`, message: `${verdictWords(report)}.` }];
}

function validity(report: Report, tolerance: Tolerance): Annotation[] {
  const { level, reasons } = report.validity;
  if (level === 'valid') return [];
  const message = [`${validityWords(report)}.`, ...reasons.map(({ detail }) => plainText(detail))].join('\n');
  const fails = failsFor(level, tolerance);
  return [{ level: fails ? 'error' : 'warning', title: `Measurement ${level}`, message }];
}

function threshold(result: ThresholdResult): Annotation {
  const early = result.aborted ? ' It stopped the run.' : '';
  const rule = plainText(`${result.metric}: ${result.expression}`);
  return {
    level: 'error',
    title: 'Threshold failed',
    message: `${rule} does not hold: ${measuredText(result)}.${early}`,
  };
}

function regressions({ regression }: Report): Annotation[] {
  if (regression === null || regression === undefined) return [];
  const against = plainText(regression.baseline);
  return regression.results.flatMap((result): Annotation[] => {
    const { passed, metric, limit, difference } = result;
    const compared = `${metric}: ${comparedText(result)} against ${against}; the limit is ${limit}.`;
    if (!passed) return [{ level: 'error', title: 'Regression', message: compared }];
    if (difference.judgement !== 'cannot_tell') return [];
    const reason = difference.reason === null ? '' : `: ${plainText(difference.reason)}`;
    const message = `${metric} against ${against} cannot be told${reason}. The limit of ${limit} was not checked.`;
    return [{ level: 'notice', title: 'Regression not judged', message }];
  });
}

function failures({ accounting, errors }: Report): Annotation[] {
  const { completed, failed } = accounting;
  if (failed === 0 || failed / (completed + failed) <= noticedErrorRatio) return [];
  const kinds = Object.entries(errors)
    .toSorted(([, one], [, other]) => other - one)
    .map(([kind, count]) => `${countText(count)} ${kind}`);
  const share = percentText(failed / (completed + failed));
  const message = `${numbered(failed, 'request')} failed (${share} of those answered): ${kinds.join(', ')}.`;
  return [{ level: 'warning', title: 'Requests failed', message }];
}
