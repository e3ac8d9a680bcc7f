import { compressHistogram, counterDefinitions, requestErrorKinds } from '@tokenstorm/core';
import type { RequestErrorKind, SeriesFigures, Trend } from '@tokenstorm/core';
import type { Fields } from './line.ts';

/** Counters that are sums of shares, not of whole things. */
const fractions: ReadonlySet<string> = new Set(['window_output_tokens']);

/** A distribution: with what it takes to merge it again where `isKept`. It must have data. */
export function latencyFields(trend: Trend, isKept: boolean): Fields {
  const { unit: _, count, ...floats } = trend.summary('');
  if (!isKept) return { integers: { count }, floats };
  const { sum, sumOfSquares, hdr } = trend.encode();
  return {
    integers: { count },
    floats: { ...floats, sum, sum_of_squares: sumOfSquares },
    texts: { hdr: Buffer.from(compressHistogram(hdr)).toString('base64') },
  };
}

/** Outcomes, counters, errors and the cost where it is known; those that are zero too: a point that is written again must leave nothing of the older one. */
export function requestFields(
  { accounting, counters, errors, attemptErrors }: SeriesFigures,
  usd?: number,
): Fields {
  const counted = counterDefinitions.map(({ name }) => [name, counters[name] ?? 0] as const);
  return {
    integers: {
      ...accounting,
      ...Object.fromEntries(counted.filter(([name]) => !fractions.has(name))),
      ...errorFields(errorField, errors),
      ...errorFields(attemptErrorField, attemptErrors),
    },
    floats: {
      ...Object.fromEntries(counted.filter(([name]) => fractions.has(name))),
      ...(usd !== undefined && { usd }),
    },
  };
}

/** `error_rate_limited`: requests that failed in the end. */
export function errorField(kind: RequestErrorKind): string {
  return `error_${kind.replaceAll('-', '_')}`;
}

/** `attempt_error_rate_limited`: attempts after which another one was to follow. */
export function attemptErrorField(kind: RequestErrorKind): string {
  return `attempt_error_${kind.replaceAll('-', '_')}`;
}

function errorFields(
  fieldOf: (kind: RequestErrorKind) => string,
  errors: SeriesFigures['errors'],
): Record<string, number> {
  return Object.fromEntries(requestErrorKinds.map((kind) => [fieldOf(kind), errors[kind] ?? 0]));
}
