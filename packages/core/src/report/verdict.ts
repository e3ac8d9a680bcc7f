import { exitCodes } from '../errors.ts';
import type { ExitCode } from '../errors.ts';
import type { StopReason } from '../run.ts';
import type { RegressionReport } from '../compare/difference.ts';
import type { Report, ThresholdResult, Verdict } from './report.ts';

/**
 * How a run ended, whatever its validity: by the user's wish, stopped early by `abort_on_fail`, by its budget or
 * for want of infrastructure, with a threshold or a limit of its regression failed at its end, or well.
 */
export function verdictOf(
  stopReason: StopReason | undefined,
  thresholds: readonly ThresholdResult[],
  regression: RegressionReport | null = null,
): Verdict {
  if (stopReason === 'interrupted') return 'interrupted';
  if (stopReason !== undefined) return 'aborted';
  return [...thresholds, ...(regression?.results ?? [])].every(({ passed }) => passed) ? 'passed' : 'failed';
}

/** What the user made of an uncertain measurement. */
export interface ExitCodeOptions {
  /** No measurement is refused for its validity: `--allow-invalid`, or `on_invalid: warn`. Outweighs `failOnSuspect`. */
  readonly allowInvalid: boolean;
  /** A suspect measurement is refused like an invalid one: `--fail-on suspect`. */
  readonly failOnSuspect: boolean;
}

/** The process exit code of a finished run; the first that applies: 130, 97, 5, 99, 0. (2 and 1 have no report.) */
export function exitCodeOf(
  report: Pick<Report, 'verdict' | 'validity' | 'thresholds' | 'regression'> & {
    readonly run: Pick<Report['run'], 'stop_reason'>;
  },
  options: ExitCodeOptions,
): ExitCode {
  if (report.verdict === 'interrupted') return exitCodes.interrupted;
  if (report.run.stop_reason === 'infrastructure' || report.run.stop_reason === 'budget')
    return exitCodes.aborted;
  if (isRefused(report.validity.level, options)) return exitCodes.invalidMeasurement;
  const results = [...report.thresholds, ...(report.regression?.results ?? [])];
  const failed = report.run.stop_reason === 'threshold' || results.some(({ passed }) => !passed);
  return failed ? exitCodes.thresholdFailed : exitCodes.passed;
}

function isRefused(level: Report['validity']['level'], options: ExitCodeOptions): boolean {
  if (options.allowInvalid || level === 'valid') return false;
  return level === 'invalid' || options.failOnSuspect;
}
