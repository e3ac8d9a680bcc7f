import type { Bench, Measurement } from './bench.ts';
import { runAfterWarmUp, scaled } from './bench.ts';
import type { Figure } from './figure.ts';
import { marginalCpuUsPerEvent, pairOfRuns } from './marginal-cost.ts';
import { openLoopFile } from './open-loop-file.ts';
import { errorMs, trendErrors } from './trend-error.ts';
import type { ErrorBounds } from './trend-error.ts';
import { reportOf } from './product-run.ts';
import type { ProductRun } from './product-run.ts';

const certificate = new URL(
  '../../../packages/worker/src/wire/__fixtures__/localhost.cert.pem',
  import.meta.url,
);

/** From the start of an answer of W2 to its end. */
const answerSeconds = 0.2 + 99 * 0.02;

/** G2, workload W2: 1,000 users, TTFT 200 ms, 20 ms between events, 100 events. */
export const streams: Measurement = async (bench) => [
  ...(await thousandStreams(bench)),
  ...(await steadyStreams(bench)),
  ...(await encryptedStreams(bench)),
  ...(await twoThousandStreams(bench)),
];

/** From the first request on: the 1,000 connections are opened within the measurement. */
async function thousandStreams(bench: Bench): Promise<Figure[]> {
  const pair = await pairOfRuns(bench, ['--model', 'sim-w2', '--concurrency', '1000'], [3_000, 9_000]);
  const { truth, cost } = pair.long;
  return [
    figure('W2: CPU per event', 'us', marginalCpuUsPerEvent(pair), 12),
    figure('W2: RSS peak', 'MB', cost.rssPeakMb, 200),
    {
      goal: 'G2',
      name: 'W2: most streams open at once',
      unit: '',
      value: truth.open_peak,
      atLeast: 1_000 * Math.min(1, bench.scale),
    },
    ...errors('W2 with the opening of 1,000 connections', pair.long, {}),
  ];
}

/**
 * The errors come from an open loop of constant arrivals that keeps as many streams open: 1,000 users of a closed loop
 * run in lockstep, and the server cannot stamp 1,000 requests of one moment as they come.
 */
async function steadyStreams(bench: Bench): Promise<Figure[]> {
  const seconds = { warmUp: 6, measured: scaled(bench, 20) };
  using file = openLoopFile(bench.simulator.url, 'sim-w2', 1_000 / answerSeconds);
  const result = await runAfterWarmUp(bench, bench.simulator, seconds, [file.path]);
  const { report, truth } = result;
  const perSecond = report.throughput.requests_per_second ?? Number.NaN;
  return [
    {
      goal: 'G2',
      name: 'W2 open loop: completed against offered (458.7/s, 45,900 events/s)',
      unit: '',
      value: (perSecond * answerSeconds) / 1_000,
      atLeast: 0.995,
    },
    ...errors('W2 open loop', result, { mean: 0.4, p99: 2 }),
    figure("W2 open loop: the server's own lateness p99", 'ms', truth.pacing_error.p99 ?? Number.NaN),
  ];
}

/** Events by the report's count: the truth of a server whose certificate only the client was told to trust is out of reach. */
async function encryptedStreams(bench: Bench): Promise<Figure[]> {
  const environment = { NODE_EXTRA_CA_CERTS: certificate.pathname };
  const flags = ['--model', 'sim-w2', '--concurrency', '1000', '--request-count'];
  const measure = async (count: number): Promise<{ readonly cpuMs: number; readonly events: number }> => {
    const words = [...flags, String(scaled(bench, count))];
    const { report, cost } = await reportOf(bench.entry, bench.tlsSimulator.url, words, { environment });
    const { icl, ttft } = report.metrics;
    return { cpuMs: cost.cpuMs, events: (icl?.count ?? 0) + (ttft?.count ?? 0) };
  };
  const [short, long] = [await measure(2_000), await measure(5_000)];
  const cpuUs = (1000 * (long.cpuMs - short.cpuMs)) / (long.events - short.events);
  return [figure('W2 over TLS: CPU per event', 'us', cpuUs, 18)];
}

/**
 * 2,000 streams at 50 tokens a second: 100,000 events a second, two in a write, because the simulator's core cannot make
 * as many writes.
 */
async function twoThousandStreams(bench: Bench): Promise<Figure[]> {
  const seconds = { warmUp: 6, measured: scaled(bench, 15) };
  using file = openLoopFile(bench.simulator.url, 'sim-w2-w2', 2_000 / answerSeconds);
  const { report, truth, cost } = await runAfterWarmUp(bench, bench.simulator, seconds, [file.path]);
  const { ttft, icl } = report.metrics;
  return [
    figure(
      '2,000 streams: events per second',
      '1/s',
      100 * (report.throughput.requests_per_second ?? Number.NaN),
    ),
    figure('2,000 streams: TTFT p99: reported minus true', 'ms', errorMs(ttft?.p99, truth.ttft.p99), 5),
    figure('2,000 streams: gap p99: reported minus true', 'ms', errorMs(icl?.p99, truth.itl.p99), 5),
    figure('2,000 streams: RSS peak', 'MB', cost.rssPeakMb),
  ];
}

function errors(name: string, { report, truth }: ProductRun, ttft: ErrorBounds): Figure[] {
  const gapBound = ttft.p99 === undefined ? {} : { p99: ttft.p99 };
  return [
    ...trendErrors('G2', `${name}: TTFT`, report.metrics.ttft, truth.ttft, ttft),
    ...trendErrors('G2', `${name}: gap`, report.metrics.icl, truth.itl, gapBound),
  ];
}

function figure(name: string, unit: string, value: number, atMost?: number): Figure {
  return { goal: 'G2', name, unit, value, ...(atMost !== undefined && { atMost }) };
}
