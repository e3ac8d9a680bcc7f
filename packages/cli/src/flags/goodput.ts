/** Limits of a good request as durations: `200ms`. */
export type SloFlags = Readonly<Partial<Record<'ttft' | 'tpot' | 'e2e', string>>>;

/** Names of vLLM (`ttft tpot e2el`) and AIPerf (metric tags, whose inter-token latency is a mean per request, our tpot). */
const metrics: Readonly<Record<string, keyof SloFlags>> = {
  ttft: 'ttft',
  time_to_first_token: 'ttft',
  tpot: 'tpot',
  inter_token_latency: 'tpot',
  e2e: 'e2e',
  e2el: 'e2e',
  request_latency: 'e2e',
};

/** The limits in `--goodput` values, each one or more of `metric:milliseconds`; a problem for each that is not. */
export function parseGoodput(values: readonly string[]): { slo: SloFlags; problems: readonly string[] } {
  const slo: Partial<Record<keyof SloFlags, string>> = {};
  const problems: string[] = [];
  for (const pair of values.flatMap((value) => value.trim().split(/[\s,]+/))) {
    const [name = '', limit = ''] = pair.split(':');
    const metric = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
    if (metric === undefined || !/^\d+(\.\d+)?$/.test(limit) || Number(limit) === 0)
      problems.push(describe(pair));
    else if (slo[metric] !== undefined) problems.push(`--goodput limits ${metric} twice`);
    else slo[metric] = `${limit}ms`;
  }
  return { slo, problems };
}

function describe(pair: string): string {
  return `--goodput ${pair}: expected metric:milliseconds with ttft, tpot or e2el, such as ttft:200`;
}
