import type { Scenario, Target, Workload } from '../scenario/scenario.ts';
import { maskKeys } from '../scenario/secrets.ts';
import { plainFacts } from './plain-facts.ts';
import type { Fact, FactRecord } from './plain-facts.ts';
import { promptSourceFacts } from './prompt-source-facts.ts';

/** What stands where a value is not told. */
const untold = '***';

/**
 * The scenario that ran, every default filled in, as plain JSON with keys in snake_case. Nothing that may be a secret is in
 * it: of headers and query parameters the names only, no user, password or query of a URL, and prompts cut short. What comes
 * from a target or a workload is listed by name, so that what is added to them is not told before somebody has looked.
 */
export function scenarioFacts(scenario: Scenario): FactRecord {
  const { name, seed, regions, targets, workloads, execution } = scenario;
  const { limits, budget, scoreTargets, thresholds, regression, exports, influx } = scenario;
  const facts = {
    name,
    seed,
    regions,
    targets: targets.map(targetFacts),
    workloads: workloads.map(workloadFacts),
    execution,
    limits,
    budget,
    scoreTargets,
    thresholds,
    regression: regression && regressionFacts(regression),
    exports,
    influx: influx && { ...influx, ...(influx.url !== undefined && { url: safeUrl(influx.url) }) },
  };
  return plainFacts(facts, maskKeys) as FactRecord;
}

/** Not what the baselines are: of those the report has the comparison. */
function regressionFacts({ baselines, confidence, limits }: NonNullable<Scenario['regression']>) {
  return { baselines, confidence, limits };
}

function targetFacts(target: Target) {
  const { apiKey, headers, query, tls, baseUrl } = target;
  return {
    ...picked(target, ['key', 'provider', 'type', 'endpoint', 'model', 'http2', 'price']),
    baseUrl: typeof baseUrl === 'string' ? safeUrl(baseUrl) : Object.entries(baseUrl).map(regionUrl),
    apiKey: apiKey === undefined ? undefined : isReference(apiKey) ? apiKey : untold,
    headers: Object.keys(headers),
    query: Object.keys(query),
    tls: { insecure: tls.insecure, ownAuthorities: tls.ca !== undefined },
  };
}

function regionUrl([region, url]: readonly [string, string]) {
  return { region, url: safeUrl(url) };
}

function workloadFacts(workload: Workload) {
  const { headers, extraBody, prompts } = workload;
  return {
    ...picked(workload, ['name', 'targets', 'load', 'startAfterMs', 'warmupMs', 'gracefulStopMs']),
    ...picked(workload, ['cacheBust', 'stream', 'maxTokens', 'temperature', 'slo', 'timeouts']),
    prompts: promptSourceFacts(prompts),
    headers: Object.keys(headers),
    extraBody: Object.entries(extraBody).map(([key, value]) => ({ key, value: settingOf(key, value) })),
  };
}

function picked<Whole>(whole: Whole, keys: readonly (keyof Whole)[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.map((key) => [key, whole[key]]));
}

/** Of what is sent beside the messages, numbers, switches and single words such as `high` are settings; all else may be anything. */
function settingOf(key: string, value: unknown): Fact {
  const isKey = /key|secret|pass|pwd|pin$|token$|auth|cookie|credential|session|signature/i.test(key);
  const isSetting =
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    value === null ||
    (typeof value === 'string' && /^[a-z_]{1,16}$/.test(value));
  return isSetting && !isKey ? value : untold;
}

function isReference(text: string): boolean {
  return /^\$\{[A-Za-z_]\w*\}$/.test(text);
}

/** Without user, password, query and fragment; a part of the path that looks made by chance may be a key and is not told. */
function safeUrl(url: string): string {
  const plain = url.replace(/[?#].*$/s, '').replace(/^([a-z][a-z\d+.-]*:\/\/)?[^/]*@/i, '$1');
  return plain.replaceAll(/(?<=[^/:]\/)(?=[^/]*\d)(?=[^/]*[a-z])[\w~.%=+-]{16,}/gi, untold);
}
