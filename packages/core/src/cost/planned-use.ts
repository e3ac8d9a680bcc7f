import { assumedOutputTokens } from '../scenario/request-size.ts';
import type { Dataset, Scenario } from '../scenario/scenario.ts';
import type { ModelPrice } from './price.ts';
import { leastNanoUsd, mostNanoUsd, sizedLoads, tokensOf } from './sized-load.ts';
import type { LoadTokens, SizedLoad } from './sized-load.ts';

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

/** What the load of a scenario will use. `datasets` are by id. */
export function plannedUse(scenario: Scenario, datasets: ReadonlyMap<string, Dataset>): PlannedUse {
  const loads = sizedLoads(scenario, datasets);
  const isHidden = hasHiddenPrompts(scenario);
  const byTarget = [...Map.groupBy(loads, ({ target }) => target)].map(([target, same]) =>
    useOfTarget(target, same, isHidden),
  );
  const aside = { ...asideByUsers(loads, scenario.execution.maxConcurrency), byTarget };
  const requests = requestCount(loads);
  if (requests === undefined) return aside;
  if (isHidden) return { ...aside, requests };
  const tokens = rangeOf(
    loads,
    ({ input }) => input,
    ({ input, output }) => input + output,
  );
  const isPriced = loads.every(({ price }) => price !== undefined);
  return { ...aside, requests, tokens, ...(isPriced && { nanoUsd: costRange(loads) }) };
}

/** Only the workers have these prompts. */
function hasHiddenPrompts({ workloads }: Scenario): boolean {
  return workloads.some(({ prompts }) => prompts.kind === 'worker-file');
}

function useOfTarget(target: string, loads: readonly SizedLoad[], isHidden: boolean): PlannedTargetUse {
  const { price } = loads[0]!;
  const own = { target, ...(price !== undefined && { price }) };
  const requests = requestCount(loads);
  if (requests === undefined) return own;
  if (isHidden) return { ...own, requests };
  const nanoUsd = price !== undefined && { nanoUsd: costRange(loads) };
  return { ...own, requests, ...tokensOfTarget(loads), ...nanoUsd };
}

function tokensOfTarget(loads: readonly SizedLoad[]) {
  const { least: inputTokens, most: mostOutputTokens } = rangeOf(
    loads,
    ({ input }) => input,
    ({ output }) => output,
  );
  const isEstimated = loads.some(({ isInputEstimated }) => isInputEstimated);
  return {
    inputTokens,
    ...(isEstimated && { isInputEstimated: true as const }),
    ...(mostOutputTokens !== undefined && { mostOutputTokens }),
  };
}

/** `undefined` where one of the loads does not know. */
function requestCount(loads: readonly SizedLoad[]): number | undefined {
  if (loads.some(({ requests }) => requests === undefined)) return undefined;
  return Math.round(loads.reduce((sum, { requests = 0 }) => sum + requests, 0));
}

function asideByUsers(loads: readonly SizedLoad[], mostAtOnce = Infinity): Pick<PlannedUse, 'asideByUsers'> {
  const users = loads.reduce((sum, load) => sum + load.users, 0);
  if (users === 0) return {};
  const shareAtOnce = Math.min(1, mostAtOnce / users);
  const ofAll = loads.map((load) => tokensOf(load, load.users, assumedOutputTokens));
  const sum = (amountOf: (tokens: LoadTokens) => number) =>
    Math.round(shareAtOnce * ofAll.reduce((total, tokens) => total + amountOf(tokens), 0));
  return { asideByUsers: { tokens: sum(({ input, output }) => input + output), nanoUsd: sum(mostNanoUsd) } };
}

function costRange(loads: readonly SizedLoad[]): PlannedRange {
  return rangeOf(loads, leastNanoUsd, mostNanoUsd);
}

/** The sums of two amounts; the second one only where all answers have a limit. */
function rangeOf(
  loads: readonly SizedLoad[],
  leastOf: (tokens: LoadTokens) => number,
  mostOf: (tokens: LoadTokens) => number,
): PlannedRange {
  const ofAll = loads.map((load) => tokensOf(load, load.requests ?? 0, 0));
  const sum = (amountOf: (tokens: LoadTokens) => number) =>
    Math.round(ofAll.reduce((total, tokens) => total + amountOf(tokens), 0));
  const isBounded = loads.every(({ size }) => size.output !== undefined);
  return { least: sum(leastOf), ...(isBounded && { most: sum(mostOf) }) };
}
