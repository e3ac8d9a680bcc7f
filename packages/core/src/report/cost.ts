import { countedTokens, nanoUsdPerUsd } from '../cost/cost-of.ts';
import { costOfGroups, unpricedModels } from '../cost/group-cost.ts';
import type { PricedGroup } from '../cost/group-cost.ts';
import type { ModelPrice, PriceOf } from '../cost/price.ts';
import { sumOfFigures } from '../metrics/series-totals.ts';
import type { SeriesGroup } from '../metrics/series-totals.ts';
import type { Cost, ModelCost, PriceFacts, RegionCost, RunCost } from './spending.ts';

const secondsPerMonth = 30 * 24 * 60 * 60;

/** What the requests of these groups cost; `null` where one of them has tokens and no price, or nobody has a price. */
export function reportedCost(groups: readonly SeriesGroup[], priceOf: PriceOf): Cost | null {
  const nanoUsd = hasPrice(groups, priceOf) ? costOfGroups(groups, priceOf) : undefined;
  if (nanoUsd === undefined) return null;
  const { accounting, counters } = sumOfFigures(groups);
  const { inputTokens = 0, outputTokens = 0 } = countedTokens(counters);
  const tokens = inputTokens + outputTokens;
  return {
    total_usd: nanoUsd / nanoUsdPerUsd,
    per_request_usd: accounting.completed === 0 ? null : nanoUsd / accounting.completed / nanoUsdPerUsd,
    per_1k_tokens_usd: tokens === 0 ? null : (nanoUsd / tokens / nanoUsdPerUsd) * 1000,
  };
}

/** The cost of a whole run, with its parts; `null` where no model that answered has a price. `measuredSeconds` are those of its throughput. */
export function runCost(
  groups: readonly SeriesGroup[],
  priceOf: PriceOf,
  measuredSeconds: number,
): RunCost | null {
  if (!hasPrice(groups, priceOf)) return null;
  const whole = reportedCost(groups, priceOf);
  return {
    ...(whole ?? unknownCost),
    by_model: costByModel(groups, priceOf),
    by_region: costByRegion(groups, priceOf),
    projected_month_usd:
      whole === null || measuredSeconds < 1 ? null : (whole.total_usd / measuredSeconds) * secondsPerMonth,
    complete: whole !== null,
  };
}

const unknownCost = { total_usd: null, per_request_usd: null, per_1k_tokens_usd: null };

function costByModel(groups: readonly SeriesGroup[], priceOf: PriceOf): ModelCost[] {
  const models = Map.groupBy(groups, ({ labels: { provider, model } }) => JSON.stringify([provider, model]));
  const rows = [...models.values()].flatMap((same): ModelCost[] => {
    const { provider, model } = same[0]!.labels;
    const { accounting } = sumOfFigures(same);
    if (accounting.completed === 0) return [];
    const price = priceOf({ provider, model });
    return [
      {
        provider,
        model,
        requests: accounting.completed,
        ...((price && reportedCost(same, priceOf)) ?? unknownCost),
        price: price === undefined ? null : priceFacts(price),
        price_source: price === undefined ? null : (price.origin?.source ?? 'scenario'),
        price_date: price?.origin?.date ?? null,
      },
    ];
  });
  return dearestFirst(rows, ({ provider, model }) => `${provider}/${model}`);
}

function costByRegion(groups: readonly SeriesGroup[], priceOf: PriceOf): RegionCost[] {
  const regions = Map.groupBy(groups, ({ labels }) => labels.region);
  const rows = [...regions].map(([region, same]) => {
    const nanoUsd = costOfGroups(same, priceOf);
    return { region, total_usd: nanoUsd === undefined ? null : nanoUsd / nanoUsdPerUsd };
  });
  return dearestFirst(rows, ({ region }) => region);
}

/** What is unknown comes last; of equal ones the name decides, so that the order of the groups does not. */
function dearestFirst<Row extends { readonly total_usd: number | null }>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
): Row[] {
  const spent = ({ total_usd: usd }: Row) => usd ?? -1;
  return rows.toSorted((a, b) => spent(b) - spent(a) || (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** A price as reports have it. */
export function priceFacts({ input, output, cachedInput, cacheWrite, reasoning }: ModelPrice): PriceFacts {
  return {
    input,
    output,
    ...(cachedInput !== undefined && { cached_input: cachedInput }),
    ...(cacheWrite !== undefined && { cache_write: cacheWrite }),
    ...(reasoning !== undefined && { reasoning }),
  };
}

/** Says whose price is missing, where others have one: nobody who gives none at all wants to know. */
export function costNotes(groups: readonly PricedGroup[], priceOf: PriceOf): string[] {
  const unpriced = unpricedModels(groups, priceOf);
  if (unpriced.length === 0 || !hasPrice(groups, priceOf)) return [];
  return [
    `The cost in all is unknown: no price is known for ${unpriced.join(', ')}. \`pricing\` of the provider takes it, and so does a file of \`--prices\`.`,
  ];
}

function hasPrice(groups: readonly PricedGroup[], priceOf: PriceOf): boolean {
  return groups.some(({ labels }) => priceOf(labels) !== undefined);
}
