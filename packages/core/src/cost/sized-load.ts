import { plannedLoad } from '../scenario/describe.ts';
import type { PlannedLoad } from '../scenario/describe.ts';
import { requestSize } from '../scenario/request-size.ts';
import type { RequestSize } from '../scenario/request-size.ts';
import type { Dataset, Scenario } from '../scenario/scenario.ts';
import { highestCostOf, lowestCostOf } from './cost-of.ts';
import { pricesOf } from './price.ts';
import type { ModelPrice } from './price.ts';

/** Requests of one load with their size. */
export interface SizedLoad {
  /** `provider/model`. */
  readonly target: string;
  /** The most at a time; 0 for an open loop. */
  readonly users: number;
  /** Warm-up requests before the start included; `undefined` where it depends on the server. */
  readonly requests: number | undefined;
  readonly size: RequestSize;
  /** Whether the input is estimated from the prompts' characters. */
  readonly isInputEstimated: boolean;
  readonly price: ModelPrice | undefined;
}

/** Tokens of a load's requests, the limits taken for the output. */
export interface LoadTokens {
  readonly input: number;
  readonly output: number;
  readonly price: ModelPrice | undefined;
}

/** Each workload at each of its targets. `datasets` are by id. */
export function sizedLoads(scenario: Scenario, datasets: ReadonlyMap<string, Dataset>): readonly SizedLoad[] {
  const priceOf = pricesOf(scenario.targets);
  return plannedLoad(scenario).map((load): SizedLoad => {
    const workload = scenario.workloads.find(({ name }) => name === load.workload);
    const target = scenario.targets.find(({ key }) => key === load.target);
    return {
      target: load.target,
      users: load.peakVus ?? 0,
      requests: requestsOf(load, scenario),
      isInputEstimated: workload?.prompts.kind !== 'synthetic',
      size: workload === undefined ? { input: { mean: 0, largest: 0 } } : requestSize(workload, datasets),
      price: target && priceOf(target),
    };
  });
}

/** Each target is warmed up once, by the first workload that is sent to it. */
function requestsOf({ expectedRequests, workload, target }: PlannedLoad, scenario: Scenario) {
  if (expectedRequests === undefined) return undefined;
  const first = scenario.workloads.find(({ targets }) => targets.includes(target));
  return expectedRequests + (first?.name === workload ? scenario.execution.warmupRequests : 0);
}

/** What so many requests of a load have on average, answers without a limit as long as said. */
export function tokensOf({ size, price }: SizedLoad, requests: number, unlimitedOutput: number): LoadTokens {
  return {
    input: requests * size.input.mean,
    output: requests * (size.output?.mean ?? unlimitedOutput),
    price,
  };
}

/** Billionths of a dollar for every answer at its limit; 0 without a price. */
export function mostNanoUsd({ input, output, price }: LoadTokens): number {
  return price === undefined ? 0 : highestCostOf({ inputTokens: input, outputTokens: output }, price);
}

/** Billionths of a dollar for the input alone; 0 without a price. */
export function leastNanoUsd({ input, price }: LoadTokens): number {
  return price === undefined ? 0 : lowestCostOf({ inputTokens: input, outputTokens: 0 }, price);
}
