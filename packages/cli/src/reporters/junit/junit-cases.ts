import type { RegressionResult, Report, ThresholdResult } from '@tokenstorm/core';
import { plainText } from '../../view/page.ts';
import { failsFor } from '../tolerance.ts';
import type { Tolerance } from '../tolerance.ts';
import { validityWords, verdictWords } from '../text/conclusion.ts';
import { comparedText } from '../text/regression-section.ts';
import { measuredText } from '../text/thresholds-section.ts';

/** One condition of a run, as a test. */
export interface JunitCase {
  /** What kind of condition it is; ends its class name. */
  readonly group: 'run' | 'validity' | 'thresholds' | 'regression';
  readonly name: string;
  readonly timeSeconds: number;
  /** Absent where the condition holds. */
  readonly problem?: {
    readonly kind: 'failure' | 'error' | 'skipped';
    readonly message: string;
    readonly details: string;
  };
  readonly output?: string;
}

/** Whether the run came to its end, whether its numbers can be believed, and each condition that was set, in that order. */
export function junitCases(report: Report, tolerance: Tolerance): readonly JunitCase[] {
  return [
    runCase(report),
    validityCase(report, tolerance),
    ...numbered(report.thresholds.map((result) => thresholdCase(result))),
    ...numbered((report.regression?.results ?? []).map((result) => regressionCase(result, report))),
  ];
}

/** A run that a threshold stopped is that threshold's failure. The run's time is this case's: sums of times stay true. */
function runCase(report: Report): JunitCase {
  const { verdict, run } = report;
  const name = 'the run comes to its end';
  const one = { group: 'run', name, timeSeconds: run.duration_s } as const;
  const isEarly = verdict === 'aborted' || verdict === 'interrupted';
  if (!isEarly || run.stop_reason === 'threshold') return one;
  const message = `${verdict}: ${verdictWords(report)}`;
  return { ...one, problem: { kind: 'error', message, details: '' } };
}

/** A measurement that is invalid and allowed is skipped: neither believed nor held against the run. */
function validityCase(report: Report, tolerance: Tolerance): JunitCase {
  const { level, reasons } = report.validity;
  const one = { group: 'validity', name: 'the measurement is valid', timeSeconds: 0 } as const;
  if (level === 'valid') return one;
  const details = reasons.map(({ detail }) => plainText(detail)).join('\n');
  const message = `${level}: ${validityWords(report)}`;
  if (failsFor(level, tolerance)) return { ...one, problem: { kind: 'failure', message, details } };
  if (level === 'invalid') return { ...one, problem: { kind: 'skipped', message, details } };
  return { ...one, output: `${message}\n${details}` };
}

function thresholdCase(result: ThresholdResult): JunitCase {
  const { metric, expression, passed, aborted } = result;
  const one = { group: 'thresholds', name: `${metric}: ${expression}`, timeSeconds: 0 } as const;
  const measured = measuredText(result);
  if (passed) return { ...one, output: `measured ${measured}` };
  const message = `expected ${expression}, measured ${measured}${aborted ? '; it stopped the run' : ''}`;
  return { ...one, problem: { kind: 'failure', message, details: `${metric}: ${message}` } };
}

function regressionCase(
  { metric, limit, passed, difference }: RegressionResult,
  { regression }: Report,
): JunitCase {
  const one = { group: 'regression', name: `${metric}: at most ${limit} worse`, timeSeconds: 0 } as const;
  const change = comparedText({ difference });
  const { judgement, reason } = difference;
  if (passed && judgement === 'cannot_tell') {
    const message = reason === null ? 'cannot tell' : `cannot tell: ${reason}`;
    return { ...one, problem: { kind: 'skipped', message, details: '' } };
  }
  if (passed) return { ...one, output: change };
  const message = `expected at most ${limit} worse than ${regression?.baseline}, measured ${change}`;
  return { ...one, problem: { kind: 'failure', message, details: `${metric}: ${message}` } };
}

/** Viewers take cases of one name for one. */
function numbered(cases: readonly JunitCase[]): readonly JunitCase[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const count = (seen.get(one.name) ?? 0) + 1;
    seen.set(one.name, count);
    return count === 1 ? one : { ...one, name: `${one.name} (${count})` };
  });
}
