import { describe, expect, it } from 'vitest';
import { requestRecord } from '../metrics/__fixtures__/request-record.ts';
import { SeriesRecorder } from '../metrics/series-recorder.ts';
import { SeriesTotals } from '../metrics/series-totals.ts';
import { baselineRun } from '../compare/baseline-run.ts';
import { parseRegressionLimit } from '../compare/regression-limit.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { buildReport } from './build.ts';
import { withRegression } from './regression.ts';
import type { Report } from './report.ts';
import { exitCodeOf } from './verdict.ts';

/** A report of 200 requests with TTFTs around this. */
function reportWith(ttftMs: number): Report {
  const labels = { provider: 'a', model: 'x', scenario: 'chat', region: 'default', phase: 'main' } as const;
  const recorder = new SeriesRecorder(labels, {}, { startMs: 0, endMs: 1000 });
  recorder.scheduled(200);
  for (let index = 0; index < 200; index += 1) {
    const firstTokenMs = 105 + ttftMs * (1 + (index - 100) / 1000);
    recorder.record(requestRecord({ firstTokenMs, lastTokenMs: firstTokenMs + 200 }));
  }
  const totals = new SeriesTotals();
  totals.add(recorder.take()!);
  const run = { id: 'r', name: 'n', mode: 'local', seed: 1, startedAtEpochMs: 0, durationMs: 1000 } as const;
  return buildReport({
    run: { ...run, regions: ['default'], workers: 1, version: '0', workloads: [] },
    totals,
    windows: [],
    courses: [],
    thresholds: [],
    measuredSeconds: 1,
    hasSlo: false,
    generator: {},
    notes: [],
    errorExamples: {},
    calls: [],
  });
}

function scenarioWith(base: Report, limits: Readonly<Record<string, string>>, onInvalid = 'fail'): Scenario {
  const parsed = Object.entries(limits).map(([metric, text]) => parseRegressionLimit(metric, text));
  const regression = {
    baselines: ['base.json'],
    paths: ['base.json'],
    confidence: 0.95,
    limits: parsed,
    runs: [
      baselineRun(
        base,
        parsed.map(({ metric }) => metric),
      ),
    ],
  };
  return { seed: 1, execution: { onInvalid }, regression } as unknown as Scenario;
}

const tolerance = { allowInvalid: false, failOnSuspect: false };

describe('withRegression', () => {
  const base = reportWith(100);

  it('takes only what its limits need from a baseline', () => {
    const [run] = scenarioWith(base, { 'ttft.p50': '10%' }).regression!.runs;
    expect(Object.keys(run!.distributions ?? {})).toEqual(['ttft']);
    expect(Object.keys(run!.metrics)).toEqual(['ttft']);
  });

  it('fails a run that is worse by more than a limit', () => {
    const report = withRegression(reportWith(120), scenarioWith(base, { 'ttft.p50': '10%', errors: '1pp' }));
    expect(report.regression?.results.map(({ passed }) => passed)).toEqual([false, true]);
    expect(report.verdict).toBe('failed');
    expect(exitCodeOf(report, tolerance)).toBe(99);
    const loose = withRegression(reportWith(120), scenarioWith(base, { 'ttft.p50': '30%' }));
    expect([loose.verdict, exitCodeOf(loose, tolerance)]).toEqual(['passed', 0]);
  });

  it('concludes nothing from an invalid run that would fail for it', () => {
    const invalid = { ...reportWith(120), validity: { level: 'invalid', reasons: [] } } as const;
    const refused = withRegression(invalid, scenarioWith(base, { 'ttft.p50': '10%' }));
    expect(refused.regression?.results[0]).toMatchObject({
      passed: true,
      difference: { judgement: 'cannot_tell', reason: 'this run is invalid' },
    });
    expect(exitCodeOf(refused, tolerance)).toBe(5);
    const allowed = withRegression(invalid, scenarioWith(base, { 'ttft.p50': '10%' }, 'warn'));
    expect(exitCodeOf(allowed, { ...tolerance, allowInvalid: true })).toBe(99);
  });

  it('says of which limits nothing is known, and that the loads differ', () => {
    const workloads = [
      {
        scenario: 'chat',
        executor: 'constant-vus',
        targets: ['a/x'],
        requests: null,
        concurrency: 5,
        rate_per_second: null,
        duration_s: 30,
      },
    ] as const;
    const next = reportWith(120);
    const other = { ...next, run: { ...next.run, workloads } };
    const { notes } = withRegression(other, scenarioWith(base, { 'ttft.p99': '10%' }));
    expect(notes).toContain(
      'Could not be compared with the baseline, so its limit is not broken: ttft.p99 (base has 200 values, p99 needs 662).',
    );
    expect(notes.some((note) => note.includes('New: chat (constant-vus) to a/x, 5 at once, for 30 s.'))).toBe(
      true,
    );
  });

  it('leaves a report alone whose baseline nobody has read', () => {
    const scenario = scenarioWith(base, { 'ttft.p50': '10%' });
    const unread = { ...scenario, regression: { ...scenario.regression!, runs: [] } };
    expect(withRegression(base, unread)).toBe(base);
  });
});
