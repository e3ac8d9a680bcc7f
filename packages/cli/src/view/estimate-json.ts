import { nanoUsdPerUsd, priceFacts } from '@tokenstorm/core';
import type { PlannedRange, PlannedTargetUse, PlannedUse } from '@tokenstorm/core';

/** The estimate of a run for scripts: snake_case, US dollars, and `null` for what cannot be known before. */
export function estimateJson({ requests, tokens, nanoUsd, byTarget = [] }: PlannedUse) {
  return {
    requests: requests ?? null,
    tokens: tokens === undefined ? null : range(tokens, 1),
    usd: nanoUsd === undefined ? null : range(nanoUsd, nanoUsdPerUsd),
    by_target: byTarget.map(targetJson),
  };
}

function targetJson({ target, price, nanoUsd, ...use }: PlannedTargetUse) {
  const { requests, inputTokens, isInputEstimated = false, mostOutputTokens } = use;
  return {
    target,
    requests: requests ?? null,
    input_tokens: inputTokens ?? null,
    input_tokens_estimated: inputTokens === undefined ? null : isInputEstimated,
    most_output_tokens: mostOutputTokens ?? null,
    usd: nanoUsd === undefined ? null : range(nanoUsd, nanoUsdPerUsd),
    price: price === undefined ? null : priceFacts(price),
    price_source: price === undefined ? null : (price.origin?.source ?? 'scenario'),
    price_date: price?.origin?.date ?? null,
    price_place: price?.origin?.place ?? null,
  };
}

function range({ least, most }: PlannedRange, parts: number) {
  return { least: least / parts, most: most === undefined ? null : most / parts };
}
