import { plannedLoad } from '../scenario/describe.ts';
import type { PlannedLoad } from '../scenario/describe.ts';
import { assumedOutputTokens, requestSize } from '../scenario/request-size.ts';
import type { RequestSize } from '../scenario/request-size.ts';
import type { Dataset, Scenario } from '../scenario/scenario.ts';
import { highestCostOf, lowestCostOf } from './cost-of.ts';
import { pricesOf } from './price.ts';
import type { ModelPrice } from './price.ts';

/** What a scenario's load will use, each request sent once; what cannot be known before is absent. */
export interface PlannedUse {
  /** Warm-up requests before the start included. */
  readonly requests?: number;
  /** Input and output together. */
  readonly tokens?: PlannedRange;
  /** Billionths of a dollar. */
  readonly nanoUsd?: PlannedRange;
  /** What the virtual users, each with a request under way, set aside at the peak; absent without users. */
  readonly asideByUsers?: { readonly tokens: number; readonly nanoUsd: number };
  /** The same for each target that a workload is sent to. */
  readonly byTarget?: readonly PlannedTargetUse[];
}

/** What one target will be sent, by all workloads; what cannot be known before is absent. */
export interface PlannedTargetUse {
  /** `provider/model`. */
  readonly target: string;
  readonly requests?: number;
  readonly inputTokens?: number;
  /** Whether they are estimated from the prompts' characters; absent where they are as asked for. */
  readonly isInputEstimated?: true;
  /** Every answer at its limit; absent where answers have none. */
  readonly mostOutputTokens?: number;
  /** Billionths of a dollar. */
  readonly nanoUsd?: PlannedRange;
  readonly price?: ModelPrice;
}

/** From the input alone to every answer at its limit. */
export interface PlannedRange {
  readonly least: number;
  /** Absent where answers have no limit. */
  readonly most?: number;
}

/** Requests of one load with their size. */
interface SizedLoad {
  readonly target: string;
  /** The most at a time; 0 for an open loop. */
  readonly users: number;
  readonly requests: number | undefined;
  readonly size: RequestSize;
  readonly isInputEstimated: boolean;
  readonly price: ModelPrice | undefined;
}

/** What the load of a scenario will use. `datasets` are by id. */
export function plannedUse(scenario: Scenario, datasets: ReadonlyMap<string, Dataset>): PlannedUse {
  const loads = plannedLoad(scenario).map((load) => sizedLoad(load, scenario, datasets));
  const aside = {
    ...asideByUsers(loads, scenario.execution.maxConcurrency),
    byTarget: useByTarget(loads, hasHiddenPrompts(scenario)),
  };
  if (loads.some(({ requests }) => requests === undefined)) return aside;
  const counted = {
    ...aside,
    requests: Math.round(loads.reduce((sum, { requests = 0 }) => sum + requests, 0)),
  };
  if (hasHiddenPrompts(scenario)) return counted;
  const tokens = rangeOf(
    loads,
    ({ input, output }) => input + output,
    ({ input }) => input,
  );
  if (loads.some(({ price }) => price === undefined)) return { ...counted, tokens };
  return { ...counted, tokens, nanoUsd: rangeOf(loads, mostNanoUsd, leastNanoUsd) };
}

/** Only the workers have these prompts. */
function hasHiddenPrompts({ workloads }: Scenario): boolean {
  return workloads.some(({ prompts }) => prompts.kind === 'worker-file');
}

function useByTarget(loads: readonly SizedLoad[], isHidden: boolean): readonly PlannedTargetUse[] {
  return [...Map.groupBy(loads, ({ target }) => target)].map(([target, same]): PlannedTargetUse => {
    const { price } = same[0]!;
    const own = { target, ...(price !== undefined && { price }) };
    if (same.some(({ requests }) => requests === undefined)) return own;
    const requests = Math.round(same.reduce((sum, load) => sum + (load.requests ?? 0), 0));
    if (isHidden) return { ...own, requests };
    const input = rangeOf(
      same,
      (tokens) => tokens.input,
      (tokens) => tokens.input,
    ).least;
    const { most: mostOutput } = rangeOf(
      same,
      ({ output }) => output,
      () => 0,
    );
    return {
      ...own,
      requests,
      inputTokens: input,
      ...(same.some(({ isInputEstimated }) => isInputEstimated) && { isInputEstimated: true }),
      ...(mostOutput !== undefined && { mostOutputTokens: mostOutput }),
      ...(price !== undefined && { nanoUsd: rangeOf(same, mostNanoUsd, leastNanoUsd) }),
    };
  });
}

function asideByUsers(loads: readonly SizedLoad[], mostAtOnce = Infinity): Pick<PlannedUse, 'asideByUsers'> {
  const users = loads.reduce((sum, load) => sum + load.users, 0);
  if (users === 0) return {};
  const shareAtOnce = Math.min(1, mostAtOnce / users);
  const tokens = loads.map(({ users: requests, size, price }) => ({
    input: requests * size.input.mean,
    output: requests * (size.output?.mean ?? assumedOutputTokens),
    price,
  }));
  const sum = (amountOf: (one: LoadTokens) => number) =>
    Math.round(shareAtOnce * tokens.reduce((total, one) => total + amountOf(one), 0));
  return { asideByUsers: { tokens: sum(({ input, output }) => input + output), nanoUsd: sum(mostNanoUsd) } };
}

/** The mean tokens of a load's requests, their limits taken for the output, times their number. */
interface LoadTokens {
  readonly input: number;
  readonly output: number;
  readonly price: ModelPrice | undefined;
}

function rangeOf(
  loads: readonly SizedLoad[],
  mostOf: (tokens: LoadTokens) => number,
  leastOf: (tokens: LoadTokens) => number,
): PlannedRange {
  const tokens = loads.map(({ requests = 0, size, price }) => ({
    input: requests * size.input.mean,
    output: requests * (size.output?.mean ?? 0),
    price,
  }));
  const sum = (amountOf: (one: LoadTokens) => number) =>
    Math.round(tokens.reduce((total, one) => total + amountOf(one), 0));
  const isBounded = loads.every(({ size }) => size.output !== undefined);
  return { least: sum(leastOf), ...(isBounded && { most: sum(mostOf) }) };
}

function mostNanoUsd({ input, output, price }: LoadTokens): number {
  return price === undefined ? 0 : highestCostOf({ inputTokens: input, outputTokens: output }, price);
}

function leastNanoUsd({ input, price }: LoadTokens): number {
  return price === undefined ? 0 : lowestCostOf({ inputTokens: input, outputTokens: 0 }, price);
}

/** Each target is warmed up once, by the first workload that is sent to it. */
function requestsOf({ expectedRequests, workload, target }: PlannedLoad, scenario: Scenario) {
  if (expectedRequests === undefined) return undefined;
  const first = scenario.workloads.find(({ targets }) => targets.includes(target));
  return expectedRequests + (first?.name === workload ? scenario.execution.warmupRequests : 0);
}

function sizedLoad(load: PlannedLoad, scenario: Scenario, datasets: ReadonlyMap<string, Dataset>): SizedLoad {
  const workload = scenario.workloads.find(({ name }) => name === load.workload);
  const target = scenario.targets.find(({ key }) => key === load.target);
  const priceOf = pricesOf(scenario.targets);
  return {
    target: load.target,
    users: load.peakVus ?? 0,
    requests: requestsOf(load, scenario),
    isInputEstimated: workload?.prompts.kind !== 'synthetic',
    size: workload === undefined ? { input: { mean: 0, largest: 0 } } : requestSize(workload, datasets),
    price: target && priceOf(target),
  };
}
