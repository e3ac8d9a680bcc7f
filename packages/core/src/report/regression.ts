import type { RegressionReport } from '../compare/difference.ts';
import { loadDoubts } from '../compare/load-doubts.ts';
import { regressionReport } from '../compare/regression-report.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Report } from './report.ts';
import { verdictOf } from './verdict.ts';

/** The report with what it is against its scenario's baseline, if that has been read; the verdict then follows its limits too. */
export function withRegression(report: Report, { regression, execution }: Scenario): Report {
  if (regression === undefined || regression.runs.length === 0) return report;
  const isRefused = report.validity.level === 'invalid' && execution.onInvalid === 'fail';
  const compared = regressionReport(regression, report, isRefused ? { refusal: 'this run is invalid' } : {});
  return {
    ...report,
    regression: compared,
    verdict: verdictOf(report.run.stop_reason ?? undefined, report.thresholds, compared),
    notes: [
      ...report.notes,
      ...loadDoubts(
        regression.runs.map(({ run }) => run),
        [report.run],
      ),
      ...uncheckedNotes(compared),
    ],
  };
}

/** A limit that nothing can be said about passes: a reader must know that it does. */
function uncheckedNotes({ results }: RegressionReport): readonly string[] {
  const unknown = results.filter(({ difference }) => isUnjudged(difference));
  if (unknown.length === 0) return [];
  const texts = unknown.map(({ metric, difference }) => `${metric} (${difference.reason})`);
  return [`Could not be compared with the baseline, so its limit is not broken: ${texts.join('; ')}.`];
}

/** Where there is an interval, the report shows it and the reader sees how wide it is. */
function isUnjudged({ judgement, interval }: RegressionReport['results'][number]['difference']): boolean {
  return judgement === 'cannot_tell' && interval === null;
}
