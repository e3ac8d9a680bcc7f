import type { Parse } from './context.ts';
import type { ScenarioPath } from './problem.ts';
import { requestSize } from './request-size.ts';
import type { RequestSize } from './request-size.ts';
import type { Dataset, ProviderLimits, Target, Workload } from './scenario.ts';
import { providerSchema } from './schema/provider.ts';
import type { ProviderSection } from './schema.ts';
import { listOf, valueAt } from './tree.ts';

type LimitsSection = NonNullable<ProviderSection['limits']>;
type RateKey = Exclude<keyof LimitsSection, 'burst_seconds'>;

const defaultBurstSeconds = 1;
const rateKeys: readonly RateKey[] = [
  'requests_per_minute',
  'tokens_per_minute',
  'input_tokens_per_minute',
  'output_tokens_per_minute',
];

/** What the limits are checked against. */
export interface LimitedLoad {
  readonly targets: readonly Target[];
  readonly workloads: readonly Workload[];
  /** By id. */
  readonly datasets: ReadonlyMap<string, Dataset>;
}

/** The limits of the providers that are right, in the file's order. A request that no minute has room for is a problem. */
export function readLimits(parse: Parse, load: LimitedLoad): readonly ProviderLimits[] {
  return listOf(valueAt(parse.reading.value, ['providers'])).flatMap((_, index) => {
    const provider = parse.reading.section(providerSchema, ['providers', index]);
    if (provider?.limits === undefined) return [];
    const path = ['providers', index, 'limits'];
    if (rateKeys.every((key) => provider.limits?.[key] === undefined)) {
      const hint = `such as requests_per_minute: 500; there are ${rateKeys.join(', ')}`;
      parse.reading.report(path, '`limits` holds no limit', hint, 'key');
      return [];
    }
    checkRequests(parse, provider.name, provider.limits, path, load);
    return [limitsOf(provider.name, provider.limits)];
  });
}

function limitsOf(provider: string, limits: LimitsSection): ProviderLimits {
  const {
    requests_per_minute: requests,
    tokens_per_minute: tokens,
    input_tokens_per_minute: input,
    output_tokens_per_minute: output,
  } = limits;
  return {
    provider,
    ...(requests === undefined ? {} : { requestsPerMinute: requests }),
    ...(tokens === undefined ? {} : { tokensPerMinute: tokens }),
    ...(input === undefined ? {} : { inputTokensPerMinute: input }),
    ...(output === undefined ? {} : { outputTokensPerMinute: output }),
    burstSeconds: limits.burst_seconds ?? defaultBurstSeconds,
  };
}

function checkRequests(
  { reading }: Parse,
  provider: string,
  limits: LimitsSection,
  path: ScenarioPath,
  load: LimitedLoad,
): void {
  const keys = load.targets.filter((target) => target.provider === provider).map(({ key }) => key);
  const needs = load.workloads
    .filter(({ targets }) => targets.some((key) => keys.includes(key)))
    .map((workload) => ({ workload: workload.name, size: requestSize(workload, load.datasets) }));
  for (const key of rateKeys) {
    const limit = limits[key];
    const largest = needs.toSorted((a, b) => needOf(b.size, key) - needOf(a.size, key))[0];
    if (limit === undefined || largest === undefined || needOf(largest.size, key) <= limit) continue;
    const message = `a request of \`${largest.workload}\` takes ${needText(largest.size, key)}: \`${key}\` ${count(limit)} has no room for it in any minute`;
    reading.report([...path, key], message, 'raise the limit, shorten the prompt or lower `max_tokens`');
  }
}

function needOf({ input, output }: RequestSize, key: RateKey): number {
  const outputTokens = output?.largest ?? 0;
  switch (key) {
    case 'requests_per_minute':
      return 0;
    case 'tokens_per_minute':
      return input.largest + outputTokens;
    case 'input_tokens_per_minute':
      return input.largest;
    default:
      return outputTokens;
  }
}

function needText(size: RequestSize, key: RateKey): string {
  const input = `about ${count(size.input.largest)} input tokens`;
  const output = `up to ${count(size.output?.largest ?? 0)} output tokens`;
  if (key === 'input_tokens_per_minute' || size.output === undefined) return input;
  return key === 'output_tokens_per_minute' ? output : `${input} and ${output}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
