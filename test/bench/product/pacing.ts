import { coefficientOfVariation, gaps } from '../../support/statistics.ts';
import type { Bench, Measurement } from './bench.ts';
import { run, runAfterWarmUp, scaled } from './bench.ts';
import type { Figure } from './figure.ts';
import type { ProductRun } from './product-run.ts';

/** G4: starts when they are due. */
export const pacing: Measurement = async (bench) => [
  ...(await poissonWhileStreaming(bench)),
  ...(await oneTokenAnswers(bench)),
  ...(await constantGaps(bench)),
  ...(await overload(bench)),
];

/** 1,000 starts a second of answers of 140 ms: 10,000 events a second meanwhile. */
async function poissonWhileStreaming(bench: Bench): Promise<Figure[]> {
  const flags = ['--model=sim-ttft50-itl10-n10', '--request-rate=1000', '--arrival-pattern=poisson'];
  const result = await runAfterWarmUp(bench, bench.simulator, seconds(bench), flags);
  return [
    ...lags('Poisson 1,000/s while streaming', result, { p50: 0.1, p99: 1 }),
    delivered('Poisson 1,000/s', result),
  ];
}

async function oneTokenAnswers(bench: Bench): Promise<Figure[]> {
  const flags = ['--model=sim-one', '--request-rate=5000'];
  const result = await runAfterWarmUp(bench, bench.simulator, seconds(bench), flags);
  return [...lags('5,000/s of one-token answers', result, { p99: 2 }), delivered('5,000/s', result)];
}

/** As the server received them: the network and its own delay included. */
async function constantGaps(bench: Bench): Promise<Figure[]> {
  const simulator = bench.recordingSimulator;
  await runAfterWarmUp(bench, simulator, seconds(bench), ['--model=sim-one', '--request-rate=100']);
  const received = (await simulator.records()).map((record) => record.received_at_ms);
  const name = 'constant 100/s: coefficient of variation of the gaps, as the server received them';
  return [figure(name, '', coefficientOfVariation(gaps(received)), 0.02)];
}

/** In the first seconds V8's compilers share the client's core. */
function seconds(bench: Bench): { readonly warmUp: number; readonly measured: number } {
  return { warmUp: 5, measured: scaled(bench, 10) };
}

/** W4: 10 slots whose knee is at 34 requests a second, 60 asked for. */
async function overload(bench: Bench): Promise<Figure[]> {
  const flags = ['--model', 'sim-w4', '--request-rate', '60', '--duration', `${scaled(bench, 10)}s`];
  const result = await run(bench, flags);
  const { report, truth } = result;
  const { scheduled, dropped } = report.accounting;
  return [
    ...lags('W4 overload', result, { p99: 1 }),
    figure(
      'W4 overload: arrivals that were neither sent nor counted as dropped',
      '',
      scheduled - dropped - truth.received,
      0,
    ),
    {
      goal: 'G4',
      name: 'W4 overload: the report says that the server was past its knee (1: yes)',
      unit: '',
      value: saysPastKnee(result) ? 1 : 0,
      atLeast: 1,
    },
    figure(
      'W4 overload: E2E from the intended start p99',
      's',
      (report.metrics.e2e_corrected?.p99 ?? Number.NaN) / 1000,
    ),
  ];
}

function saysPastKnee({ report }: ProductRun): boolean {
  return report.validity.reasons.some(({ code }) => code === 'past_knee');
}

function lags(name: string, { report }: ProductRun, atMost: { p50?: number; p99?: number }): Figure[] {
  const lag = report.metrics.schedule_lag;
  return (['p50', 'p99'] as const).map((quantile) =>
    figure(`${name}: schedule lag ${quantile}`, 'ms', lag?.[quantile] ?? Number.NaN, atMost[quantile]),
  );
}

/** Arrivals of the plan that the server did not receive in time: by the report's plan and the server's count. */
function delivered(name: string, { report, truth }: ProductRun): Figure {
  const missing = 100 * Math.abs(1 - truth.received / report.accounting.scheduled);
  return figure(`${name}: delivered against the plan, difference`, '%', missing, 0.5);
}

function figure(name: string, unit: string, value: number, atMost?: number): Figure {
  return { goal: 'G4', name, unit, value, ...(atMost !== undefined && { atMost }) };
}
