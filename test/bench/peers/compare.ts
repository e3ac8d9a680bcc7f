import type { SimulatorProcess } from '../../support/simulator.ts';
import { median } from '../product/figure.ts';
import { runPeer } from './peer-run.ts';
import type { PeerRun } from './peer-run.ts';
import type { Peer, PeerLoad } from './workload.ts';

/** What the comparison shows of a tool; NaN where a tool says nothing or failed. Times in ms. */
export interface PeerFigures {
  readonly w1CpuMs: number;
  readonly w1PerSecond: number;
  readonly w2OpenStreams: number;
  readonly w2CpuUs: number;
  readonly w2RssMb: number;
  readonly w2TtftP50: number;
  readonly w2TtftP99: number;
  readonly w2TrueTtftP50: number;
  readonly w2TrueTtftP99: number;
  readonly w3ErrorP50: number;
  readonly w3ErrorP99: number;
  readonly startUpSeconds: number;
}

/** Where and how much a tool is made to run. */
export interface Comparison {
  readonly simulator: SimulatorProcess;
  readonly cores: string;
  readonly scale: number;
}

/** One round of all three workloads. Throws where the tool fails. */
export async function measurePeer(
  peer: Peer,
  executable: string,
  comparison: Comparison,
): Promise<PeerFigures> {
  const { simulator, cores, scale } = comparison;
  const go = (model: string, load: PeerLoad): Promise<PeerRun> =>
    runPeer(peer, executable, simulator, { model, load, cores });
  const closed = (users: number, requests: number): PeerLoad => ({
    kind: 'closed',
    users,
    requests: Math.max(users, Math.round(requests * scale)),
  });
  const w1 = [
    await go('sim-burst', closed(32, peer.w1Requests[0])),
    await go('sim-burst', closed(32, peer.w1Requests[1])),
  ] as const;
  const w2 = [
    await go('sim-w2', closed(1_000, peer.w2Requests[0])),
    await go('sim-w2', closed(1_000, peer.w2Requests[1])),
  ] as const;
  const w3 = await go('sim-w3', {
    kind: 'open',
    perSecond: 20,
    seconds: Math.max(2, Math.round(15 * scale)),
  });
  return {
    w1CpuMs: marginal(w1, ({ truth }) => truth.outcomes.completed),
    w1PerSecond: perSecond(w1[1]),
    ...streamFigures(w2),
    w3ErrorP50: error(w3.report.ttftP50Ms, w3.truth.ttft.p50),
    w3ErrorP99: error(w3.report.ttftP99Ms, w3.truth.ttft.p99),
    startUpSeconds: w3.startUpSeconds,
  };
}

/** Of each figure the median over the rounds. */
export function medianFigures(rounds: readonly PeerFigures[]): PeerFigures | undefined {
  const [first] = rounds;
  if (first === undefined) return undefined;
  const names = Object.keys(first) as (keyof PeerFigures)[];
  return Object.fromEntries(
    names.map((name) => [name, median(rounds.map((round) => round[name]))]),
  ) as unknown as PeerFigures;
}

function streamFigures(w2: readonly [PeerRun, PeerRun]) {
  const { truth, report, cost } = w2[1];
  return {
    w2OpenStreams: truth.open_peak,
    w2CpuUs: 1000 * marginal(w2, (run) => run.truth.content_events),
    w2RssMb: cost.rssPeakMb,
    w2TtftP50: report.ttftP50Ms ?? Number.NaN,
    w2TtftP99: report.ttftP99Ms ?? Number.NaN,
    w2TrueTtftP50: truth.ttft.p50 ?? Number.NaN,
    w2TrueTtftP99: truth.ttft.p99 ?? Number.NaN,
  };
}

/** CPU ms for each further one: start-up cancels out. */
function marginal([short, long]: readonly [PeerRun, PeerRun], count: (run: PeerRun) => number): number {
  return (long.cost.cpuMs - short.cost.cpuMs) / (count(long) - count(short));
}

function perSecond({ truth }: PeerRun): number {
  const elapsedMs = (truth.last_received_at_ms ?? Number.NaN) - (truth.first_received_at_ms ?? Number.NaN);
  return (1000 * (truth.received - 1)) / elapsedMs;
}

function error(reported: number | undefined, truth: number | null): number {
  return reported === undefined || truth === null ? Number.NaN : Math.abs(reported - truth);
}
