import { describe, expect, it } from 'vitest';
import { exitCodeOf, verdictOf } from './verdict.ts';
import type { StopReason } from '../run.ts';
import type { ThresholdResult, ValidityLevel } from './report.ts';

const held: ThresholdResult = {
  metric: 'ttft',
  expression: 'p(95) < 800ms',
  passed: true,
  measured: 1,
  aborted: false,
};
const missed: ThresholdResult = { ...held, passed: false, measured: 900 };
const aborting: ThresholdResult = { ...missed, aborted: true };

describe('verdictOf', () => {
  it.each([
    [undefined, [], 'passed'],
    [undefined, [held], 'passed'],
    [undefined, [held, missed], 'failed'],
    ['threshold', [aborting], 'aborted'],
    ['infrastructure', [held], 'aborted'],
    ['budget', [held], 'aborted'],
    ['interrupted', [missed], 'interrupted'],
  ] as const)('stopped by %s with %j is %s', (reason, thresholds, verdict) => {
    expect(verdictOf(reason, thresholds)).toBe(verdict);
  });
});

describe('exitCodeOf', () => {
  const strict = { allowInvalid: false, failOnSuspect: false };
  const lenient = { allowInvalid: true, failOnSuspect: false };
  const wary = { allowInvalid: false, failOnSuspect: true };

  it.each([
    [undefined, 'valid', [], strict, 0],
    [undefined, 'valid', [held], strict, 0],
    [undefined, 'valid', [missed], strict, 99],
    ['threshold', 'valid', [aborting], strict, 99],
    ['threshold', 'invalid', [aborting], strict, 5],
    ['threshold', 'invalid', [aborting], lenient, 99],
    // The window that aborted the run may look better once what was in flight has ended.
    ['threshold', 'valid', [held], strict, 99],
    [undefined, 'invalid', [missed], strict, 5],
    [undefined, 'invalid', [missed], lenient, 99],
    [undefined, 'invalid', [held], lenient, 0],
    [undefined, 'suspect', [held], strict, 0],
    [undefined, 'suspect', [missed], strict, 99],
    [undefined, 'suspect', [missed], wary, 5],
    [undefined, 'suspect', [held], { allowInvalid: true, failOnSuspect: true }, 0],
    [undefined, 'valid', [held], wary, 0],
    ['infrastructure', 'invalid', [missed], strict, 97],
    ['infrastructure', 'valid', [], lenient, 97],
    ['budget', 'invalid', [missed], strict, 97],
    ['budget', 'valid', [held], lenient, 97],
    ['interrupted', 'invalid', [missed], strict, 130],
    ['interrupted', 'valid', [held], lenient, 130],
  ] as const satisfies [StopReason | undefined, ValidityLevel, ThresholdResult[], typeof strict, number][])(
    'stopped by %s, %s, %j, %j: %d',
    (reason, level, thresholds, options, exitCode) => {
      const report = {
        verdict: verdictOf(reason, thresholds),
        validity: { level, reasons: [] },
        thresholds,
        run: { stop_reason: reason ?? null },
      };
      expect(exitCodeOf(report, options)).toBe(exitCode);
    },
  );
});
