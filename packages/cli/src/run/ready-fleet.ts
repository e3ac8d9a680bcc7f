import { setTimeout as sleep } from 'node:timers/promises';
import { TokenstormError } from '@tokenstorm/core';
import type { Clock, Fleet } from '@tokenstorm/core';
import { durationText, numbered } from '../view/number-text.ts';

const lookEveryMs = 200;

/** What a run needs before it may start. */
export interface FleetNeeds {
  readonly regions: readonly string[];
  /** In each region. */
  readonly minWorkers: number;
  /** What finds the same Redis: see `redisWords`. */
  readonly redisWords: string;
}

export interface FleetWait {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told once of each thing that is missing. */
  readonly onMissing: (missing: string) => void;
  /** Told once of each region that has too few workers: whoever starts workers on demand may learn of it. */
  readonly onLacking?: (region: string) => Promise<void>;
}

/** What a fleet lacks: a sentence with the command that helps for each region, and for the aggregator. Empty where it has all. */
export function missingOf(
  needs: FleetNeeds,
  workers: Readonly<Record<string, number>>,
  aggregators: number,
): readonly string[] {
  const { minWorkers, redisWords } = needs;
  return [
    ...lackingOf(needs, workers).map(
      (region) =>
        `region ${region} has ${workersText(workers[region] ?? 0, minWorkers)}: tokenstorm worker${redisWords} --region ${quoted(region)}`,
    ),
    ...(aggregators > 0 ? [] : [`no aggregator is connected: tokenstorm aggregator${redisWords}`]),
  ];
}

/** Resolves when the fleet has what the run needs. Rejects with `E_FLEET` (exit code 97) when it has not in time. */
export async function waitForFleet(fleet: Fleet, needs: FleetNeeds, wait: FleetWait): Promise<void> {
  const deadlineMs = wait.clock.nowMs() + wait.timeoutMs;
  const told = new Set<string>();
  const lacking = new Set<string>();
  for (;;) {
    wait.signal.throwIfAborted();
    const workers = await fleet.workers();
    const missing = missingOf(needs, workers, await fleet.aggregators());
    if (missing.length === 0) return;
    if (wait.clock.nowMs() >= deadlineMs) throw nobodyCame(missing, needs, workers, wait.timeoutMs);
    for (const text of missing.filter((one) => !told.has(one))) wait.onMissing(text);
    for (const text of missing) told.add(text);
    for (const region of lackingOf(needs, workers).filter((one) => !lacking.has(one))) {
      lacking.add(region);
      await wait.onLacking?.(region);
    }
    await pause(lookEveryMs, wait.signal);
  }
}

/** So many ms, or less where the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((cause: unknown) => {
    if (!signal.aborted) throw cause;
  });
}

function lackingOf(
  { regions, minWorkers }: FleetNeeds,
  workers: Readonly<Record<string, number>>,
): readonly string[] {
  return regions.filter((region) => (workers[region] ?? 0) < minWorkers);
}

function nobodyCame(
  missing: readonly string[],
  { regions }: FleetNeeds,
  workers: Readonly<Record<string, number>>,
  timeoutMs: number,
): TokenstormError {
  const others = Object.keys(workers).filter((region) => !regions.includes(region));
  const elsewhere = `There are workers in regions that this run has not: ${others.join(', ')}.`;
  const list = missing.map((text) => `  - ${text}`).join('\n');
  return new TokenstormError(
    'E_FLEET',
    `the run cannot start: not ready within ${durationText(timeoutMs)}\n${list}`,
    { hint: others.length > 0 ? elsewhere : '--ready-timeout waits longer.' },
  );
}

function workersText(count: number, wanted: number): string {
  return count === 0 ? 'no worker' : `${count} of ${numbered(wanted, 'worker')}`;
}

/** As a shell wants it. */
function quoted(word: string): string {
  return /^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
