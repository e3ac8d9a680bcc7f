/** A threshold as a scenario file has it, with the flag that asked for it. */
export interface ThresholdFlag {
  /** Metric with an optional filter: `ttft`, `errors{provider:openai}`. */
  readonly metric: string;
  readonly expression: string;
  readonly abortOnFail: boolean;
  readonly origin: string;
}

/** `metric: expression` cut at the first colon outside braces; undefined where a side is missing. */
export function parseThreshold(text: string): ThresholdFlag | undefined {
  const match = /^\s*([^:{}]+(?:\{[^}]*\})?)\s*:\s*(\S.*?)\s*$/s.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { metric: match[1].trim(), expression: match[2], abortOnFail: false, origin: '--threshold' };
}

/** A condition on the share of failed requests: `0.05` and `5%` are the same. Undefined for what is no share of 0..1. */
export function errorRateThreshold(
  share: string,
  options: { origin: string; abortOnFail: boolean },
): ThresholdFlag | undefined {
  const match = /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(share.trim());
  if (match === null) return undefined;
  const ratio = Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (ratio > 1) return undefined;
  return { metric: 'errors', expression: `rate <= ${ratio}`, ...options };
}
