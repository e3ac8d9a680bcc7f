import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@tokenstorm/core';
import type { CommandProcess } from './command.ts';
import { Fleet, until } from './fleet.ts';
import { fleetScenario, steady, users } from './fleet-scenario.ts';
import { monotonicMs } from './monotonic.ts';
import { seededRandom } from './sample-records.ts';
import { simulatorProcess } from './simulator.ts';
import type { SimulatorProcess } from './simulator.ts';
import { readTruth } from './truth.ts';
import type { Truth } from './truth.ts';

/** Two workers in each of two regions, of which one is killed again and again. */
export interface KillPlan {
  readonly loop: 'open' | 'closed';
  readonly kills: number;
  readonly leaseSeconds: number;
  readonly seed: number;
}

/** One `kill -9`, as the servers saw it. */
export interface Kill {
  readonly region: string;
  /** Requests a second of the killed worker, over the seconds before. */
  readonly ratePerSecond: number;
  /** Requests that its server was answering at that moment. */
  readonly inFlight: number;
  /** Until the region's servers received again what they had received before. */
  readonly recoveryMs: number;
}

export interface KilledRun {
  readonly report: Report;
  readonly kills: readonly Kill[];
  /** Requests that the servers received. */
  readonly received: number;
  /** Requests that the servers received more than once. */
  readonly repeated: number;
}

/** A place for a worker, with a server of its own, so that the servers' logs tell the workers apart. */
interface Slot {
  readonly region: string;
  readonly simulator: SimulatorProcess;
  worker: CommandProcess;
}

interface KillMoment {
  readonly slot: Slot;
  readonly atMs: number;
}

const requestsPerSecond = 60;
const virtualUsers = 12;
const answer = { ttftMs: 150, itlMs: 15, tokens: 10 };
const lookBackMs = 4000;

/** Runs a load while workers are killed at seeded moments, each of them replaced at once. */
export async function runWithKills(plan: KillPlan): Promise<KilledRun> {
  await using stack = new AsyncDisposableStack();
  const fleet = stack.use(await Fleet.start({ leaseSeconds: plan.leaseSeconds }));
  const slots: Slot[] = [];
  for (const region of ['east', 'east', 'west', 'west']) {
    const simulator = stack.use(await simulatorProcess());
    await simulator.setModels({ open: answer, closed: answer });
    slots.push({ region, simulator, worker: startWorker(fleet, region, simulator) });
  }
  const spacingMs = plan.leaseSeconds * 1000 + 7000;
  const seconds = (plan.kills * spacingMs + lookBackMs + 2000) / 1000;
  const load = plan.loop === 'open' ? steady(requestsPerSecond, seconds) : users(virtualUsers, seconds);
  const run = await fleet.run(fleetScenario('${SERVER}', { [plan.loop]: load }), ['--min-workers', '2']);
  await until('the first requests', async () => (await slots[0]!.simulator.summary()).received > 0);
  const moments = await killThem(fleet, slots, plan, spacingMs);
  const { report } = await run.end();
  return await sum(report, slots, moments);
}

async function killThem(
  fleet: Fleet,
  slots: readonly Slot[],
  plan: KillPlan,
  spacingMs: number,
): Promise<readonly KillMoment[]> {
  const random = seededRandom(plan.seed);
  const startMs = monotonicMs() + lookBackMs;
  const moments: KillMoment[] = [];
  for (let kill = 0; kill < plan.kills; kill += 1) {
    await sleep(startMs + kill * spacingMs + random() * 1000 - monotonicMs());
    const slot = slots[Math.floor(random() * slots.length)]!;
    slot.worker.signal('SIGKILL');
    moments.push({ slot, atMs: monotonicMs() });
    slot.worker = startWorker(fleet, slot.region, slot.simulator);
  }
  return moments;
}

function startWorker(fleet: Fleet, region: string, simulator: SimulatorProcess): CommandProcess {
  return fleet.worker(region, [], { SERVER: simulator.url });
}

async function sum(
  report: Report,
  slots: readonly Slot[],
  moments: readonly KillMoment[],
): Promise<KilledRun> {
  const logs = new Map<Slot, readonly Truth[]>();
  for (const slot of slots) logs.set(slot, await readTruth(slot.simulator.url));
  const all = [...logs.values()].flat();
  const regionOf = (region: string) =>
    slots.filter((slot) => slot.region === region).flatMap((slot) => logs.get(slot)!);
  return {
    report,
    kills: moments.map(({ slot, atMs }, index) => ({
      region: slot.region,
      ratePerSecond: receivedIn(logs.get(slot)!, atMs - lookBackMs, atMs) / (lookBackMs / 1000),
      inFlight: logs.get(slot)!.filter((request) => isUnderWay(request, atMs)).length,
      recoveryMs: recoveryMs(regionOf(slot.region), atMs, moments[index + 1]?.atMs ?? Infinity),
    })),
    received: all.length,
    repeated: all.length - new Set(all.map(({ body_hash }) => body_hash)).size,
  };
}

/** A request of a killed client may end in the log when its server notices. */
function isUnderWay(
  { received_at_ms: fromMs, last_write_at_ms: toMs, outcome }: Truth,
  atMs: number,
): boolean {
  return fromMs <= atMs && (outcome === 'aborted' || (toMs ?? Infinity) > atMs) && fromMs > atMs - lookBackMs;
}

/** From the kill to the end of the last second in which the region received less than two thirds of what it had before: half of it is the dead worker's. */
function recoveryMs(region: readonly Truth[], killedAtMs: number, untilMs: number): number {
  const windowMs = 1000;
  const before = receivedIn(region, killedAtMs - lookBackMs, killedAtMs) * (windowMs / lookBackMs);
  const lastMs = Math.min(untilMs, Math.max(...region.map(({ received_at_ms }) => received_at_ms)) - 2000);
  let recovered = 0;
  for (let atMs = killedAtMs; atMs + windowMs < lastMs; atMs += windowMs / 4)
    if (receivedIn(region, atMs, atMs + windowMs) < (2 / 3) * before)
      recovered = atMs + windowMs - killedAtMs;
  return recovered;
}

function receivedIn(requests: readonly Truth[], fromMs: number, toMs: number): number {
  return requests.filter(({ received_at_ms: atMs }) => atMs >= fromMs && atMs < toMs).length;
}

/**
 * What may be lost: while nobody sent, one second more, and what was in flight. On a machine that is busy with other tests the
 * last third of the parts, of which a recovery says nothing, may come back `stragglersMs` after the others.
 */
export function mostLost(kills: readonly Kill[], stragglersMs = 0): number {
  return kills.reduce(
    (most, kill) => most + ((kill.recoveryMs + stragglersMs) / 1000 + 1) * kill.ratePerSecond + kill.inFlight,
    0,
  );
}
