import type { Bench, Measurement } from './bench.ts';
import { run, scaled } from './bench.ts';
import type { Figure } from './figure.ts';
import { marginalCpuUsPerEvent, pairOfRuns } from './marginal-cost.ts';
import { errorMs, quantileErrors } from './quantile-error.ts';
import { reportOf } from './product-run.ts';
import type { ProductRun } from './product-run.ts';

const certificate = new URL(
  '../../../packages/worker/src/wire/__fixtures__/localhost.cert.pem',
  import.meta.url,
);

/** G2, workload W2: 1,000 users, TTFT 200 ms, 20 ms between events, 100 events. */
export const streams: Measurement = async (bench) => [
  ...(await thousandStreams(bench)),
  ...(await steadyStreams(bench)),
  ...(await encryptedStreams(bench)),
  ...(await twoThousandStreams(bench)),
];

/** From the first request on: the 1,000 connections are opened within the measurement. */
async function thousandStreams(bench: Bench): Promise<Figure[]> {
  const pair = await pairOfRuns(bench, ['--model', 'sim-w2', '--concurrency', '1000'], [3_000, 12_000]);
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

/** After 5 s: every connection is open. */
async function steadyStreams(bench: Bench): Promise<Figure[]> {
  const seconds = 5 + scaled(bench, 20);
  const flags = [
    '--model',
    'sim-w2',
    '--concurrency',
    '1000',
    '--warmup-duration',
    '5s',
    '--duration',
    `${seconds}s`,
  ];
  const forgetting = forgetWarmUp(bench, 5_000);
  const steady = await run(bench, flags);
  await forgetting;
  const { truth } = steady;
  return [
    {
      goal: 'G2',
      name: 'W2 steady: share of its time that a user has a request at the server',
      unit: '',
      value: offeredShare(steady, 1_000),
      atLeast: 0.99,
    },
    ...errors('W2 steady', steady, { p50: 0.4, p99: 2 }),
    figure("W2 steady: the server's own lateness p99", 'ms', truth.pacing_error.p99 ?? Number.NaN),
  ];
}

/** By Little's law: completed requests a second times their mean time at the server, for each user. 1 is the full load. */
function offeredShare({ report, truth }: ProductRun, users: number): number {
  const perSecond = report.throughput.requests_per_second ?? Number.NaN;
  return (perSecond * (truth.e2e_close.mean ?? Number.NaN)) / 1000 / users;
}

/** Clears the truth log so long after the first request; what was open then is left out by both sides. */
async function forgetWarmUp(bench: Bench, afterMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
  while ((await bench.simulator.summary()).received === 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  await bench.simulator.reset();
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
  const [short, long] = [await measure(3_000), await measure(9_000)];
  const cpuUs = (1000 * (long.cpuMs - short.cpuMs)) / (long.events - short.events);
  return [figure('W2 over TLS: CPU per event', 'us', cpuUs, 18)];
}

/**
 * 2,000 users whose answers run at 50 tokens a second: 100,000 events a second, two in a write, because one core cannot
 * make more than some 80,000 writes a second, whatever the server is written in.
 */
async function twoThousandStreams(bench: Bench): Promise<Figure[]> {
  const pair = await pairOfRuns(bench, ['--model', 'sim-w2-w2', '--concurrency', '2000'], [6_000, 18_000]);
  const { report, truth } = pair.long;
  return [
    figure('2,000 streams: CPU per event', 'us', marginalCpuUsPerEvent(pair)),
    figure(
      '2,000 streams: TTFT p99, reported minus true',
      'ms',
      errorMs(report.metrics.ttft?.p99, truth.ttft.p99),
      5,
    ),
    figure(
      '2,000 streams: gap p99, reported minus true',
      'ms',
      errorMs(report.metrics.icl?.p99, truth.itl.p99),
      5,
    ),
    figure('2,000 streams: RSS peak', 'MB', pair.long.cost.rssPeakMb),
  ];
}

function errors(name: string, { report, truth }: ProductRun, ttft: { p50?: number; p99?: number }): Figure[] {
  const gapBound = ttft.p99 === undefined ? {} : { p99: ttft.p99 };
  return [
    ...quantileErrors('G2', `${name}: TTFT`, report.metrics.ttft, truth.ttft, ttft),
    ...quantileErrors('G2', `${name}: gap`, report.metrics.icl, truth.itl, gapBound),
  ];
}

function figure(name: string, unit: string, value: number, atMost?: number): Figure {
  return { goal: 'G2', name, unit, value, ...(atMost !== undefined && { atMost }) };
}
