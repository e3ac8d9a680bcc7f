import { checkBaseUrl } from './base-url.ts';
import { endpointsOf } from './endpoints.ts';
import { checkKeys, hasKeyHeader } from './key-check.ts';
import type { Parse } from './context.ts';
import { builtProviderTypes } from './not-built.ts';
import { presetApiKey, presetBaseUrl } from './presets.ts';
import { checkPricing } from './pricing.ts';
import type { ScenarioPath } from './problem.ts';
import { readFile } from './read-file.ts';
import { providerSchema, providerTypes } from './schema/provider.ts';
import type { ProviderSection } from './schema.ts';
import type { Endpoint, ProviderId, Region, Target, TlsSettings } from './scenario.ts';
import { didYouMean } from './suggestion.ts';
import { targetPrice } from './target-price.ts';
import { isRecord, listOf, valueAt } from './tree.ts';

/** Targets in the file's order (provider by provider, model by model) of the providers that are right. */
export function readTargets(parse: Parse, regions: readonly Region[] | undefined): readonly Target[] {
  const seen = new Set<string>();
  return listOf(valueAt(parse.reading.value, ['providers'])).flatMap((_, index) => {
    const path = ['providers', index];
    const provider = parse.reading.section(providerSchema, path);
    if (provider === undefined) return [];
    if (seen.has(provider.name)) {
      const message = `a second provider is called \`${provider.name}\``;
      parse.reading.report([...path, 'name'], message, 'give it another name, and its dialect as `type`');
    }
    seen.add(provider.name);
    return targetsOf(parse, provider, path, regions);
  });
}

/** Names of all providers, wrong ones too. */
export function providerNames(scenario: unknown): readonly string[] {
  return listOf(valueAt(scenario, ['providers'])).flatMap((provider) =>
    isRecord(provider) && typeof provider['name'] === 'string' ? [provider['name']] : [],
  );
}

function targetsOf(
  parse: Parse,
  provider: ProviderSection,
  path: ScenarioPath,
  regions: readonly Region[] | undefined,
): readonly Target[] {
  const { reading } = parse;
  const type = readType(parse, provider, path);
  const endpoint = type === undefined ? undefined : readEndpoint(parse, provider, type, path);
  const baseUrl = type === undefined ? undefined : readBaseUrl(parse, provider, type, path, regions);
  checkKeys(parse, provider, path);
  checkModels(parse, provider, path);
  checkPricing(parse, provider, path);
  const tls = readTls(parse, provider, path);
  if (type === undefined || endpoint === undefined || baseUrl === undefined) return [];
  if (!reading.isSound(path)) return [];
  const apiKey = provider.api_key ?? defaultApiKey(parse, provider, type, baseUrl);
  return provider.models.map((model) => ({
    key: `${provider.name}/${model}`,
    provider: provider.name,
    type,
    endpoint,
    model,
    baseUrl,
    ...(apiKey === undefined ? {} : { apiKey }),
    headers: provider.headers ?? {},
    query: provider.query ?? {},
    tls,
    http2: provider.http2 ?? false,
    ...targetPrice(parse, provider, model, baseUrl),
  }));
}

function readType({ reading }: Parse, provider: ProviderSection, path: ScenarioPath): ProviderId | undefined {
  const type = provider.type ?? provider.name;
  const built = builtProviderTypes.find((name) => name === type);
  if (built === undefined && provider.type === undefined) {
    const hint = didYouMean(provider.name, providerTypes);
    const isGuess = hint?.startsWith('did you mean') === true;
    reading.report(
      [...path, 'name'],
      `\`${provider.name}\` is not the name of a preset, and there is no \`type\``,
      isGuess ? hint : 'add `type: openai-compatible` for a server that speaks the OpenAI API',
    );
  }
  return built;
}

/** The provider's API: its first one where the file names none. `undefined` for one that it does not have. */
function readEndpoint(
  { reading }: Parse,
  provider: ProviderSection,
  type: ProviderId,
  path: ScenarioPath,
): Endpoint | undefined {
  const known = endpointsOf[type];
  if (provider.endpoint === undefined) return known[0];
  const endpoint = known.find((name) => name === provider.endpoint);
  const other = (['openai-compatible', 'anthropic'] as const).find((id) =>
    endpointsOf[id].some((name) => name === provider.endpoint),
  );
  // An endpoint that no dialect has is not built, and was reported as that.
  if (endpoint === undefined && other !== undefined) {
    reading.report(
      [...path, 'endpoint'],
      `\`${provider.endpoint}\` is not an endpoint of ${type}, which has ${known.join(' and ')}`,
      `\`type: ${other}\` has it, with the \`base_url\` of a server that speaks it`,
    );
  }
  return endpoint;
}

function readBaseUrl(
  parse: Parse,
  provider: ProviderSection,
  type: ProviderId,
  path: ScenarioPath,
  regions: readonly Region[] | undefined,
): Target['baseUrl'] | undefined {
  if (provider.base_url !== undefined) {
    checkBaseUrl(parse, provider.base_url, [...path, 'base_url'], regions);
    return provider.base_url;
  }
  const preset = presetBaseUrl(type, parse.context.env);
  if (preset !== undefined) return preset;
  parse.reading.report(
    [...path, 'base_url'],
    `\`base_url\` is missing: provider \`${provider.name}\` has no default`,
    'such as base_url: http://127.0.0.1:8000/v1',
  );
  return undefined;
}

/** None where a header carries one. */
function defaultApiKey(
  { context }: Parse,
  provider: ProviderSection,
  type: ProviderId,
  baseUrl: Target['baseUrl'],
): string | undefined {
  return hasKeyHeader(provider) ? undefined : presetApiKey(type, baseUrl, context.env);
}

function checkModels({ reading }: Parse, { models }: ProviderSection, path: ScenarioPath): void {
  models.forEach((model, index) => {
    if (models.indexOf(model) < index) {
      reading.report([...path, 'models', index], `the model \`${model}\` is listed twice`);
    }
  });
}

function readTls(parse: Parse, { tls }: ProviderSection, path: ScenarioPath): TlsSettings {
  const insecure = tls?.insecure ?? false;
  if (tls?.ca === undefined) return { insecure };
  const place = [...path, 'tls', 'ca'];
  const ca = readFile(parse, tls.ca, place);
  if (ca === undefined) return { insecure };
  if (!ca.includes('-----BEGIN CERTIFICATE-----')) {
    parse.reading.report(place, `${tls.ca} holds no PEM certificate`);
  }
  return { insecure, ca };
}
