import { checkBaseUrl } from './base-url.ts';
import { checkKeys, hasKeyHeader } from './key-check.ts';
import type { Parse } from './context.ts';
import { builtProviderTypes } from './not-built.ts';
import type { ScenarioPath } from './problem.ts';
import { readFile } from './read-file.ts';
import { providerSchema, providerTypes } from './schema/provider.ts';
import type { ProviderSection } from './schema.ts';
import type { ProviderId, Region, Target, TlsSettings } from './scenario.ts';
import { didYouMean } from './suggestion.ts';
import { isRecord, listOf, valueAt } from './tree.ts';

const openaiBaseUrl = 'https://api.openai.com/v1';
const openaiBaseUrlReference = '${OPENAI_BASE_URL}';
const openaiApiKey = '${OPENAI_API_KEY}';

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
  const baseUrl = type === undefined ? undefined : readBaseUrl(parse, provider, type, path, regions);
  checkKeys(parse, provider, path);
  checkModels(parse, provider, path);
  const tls = readTls(parse, provider, path);
  if (type === undefined || baseUrl === undefined || !reading.isSound(path)) return [];
  const apiKey = provider.api_key ?? defaultApiKey(parse, provider, type, baseUrl);
  return provider.models.map((model) => ({
    key: `${provider.name}/${model}`,
    provider: provider.name,
    type,
    endpoint: 'chat',
    model,
    baseUrl,
    ...(apiKey === undefined ? {} : { apiKey }),
    headers: provider.headers ?? {},
    query: provider.query ?? {},
    tls,
    http2: provider.http2 ?? false,
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
  if (type === 'openai') return parse.context.env['OPENAI_BASE_URL'] ? openaiBaseUrlReference : openaiBaseUrl;
  parse.reading.report(
    [...path, 'base_url'],
    `\`base_url\` is missing: provider \`${provider.name}\` has no default`,
    'such as base_url: http://127.0.0.1:8000/v1',
  );
  return undefined;
}

/** The preset's key goes to the official API and to OPENAI_BASE_URL, where it is set; never to a server it was not made for. */
function defaultApiKey(
  { context }: Parse,
  provider: ProviderSection,
  type: ProviderId,
  baseUrl: Target['baseUrl'],
): string | undefined {
  if (type !== 'openai' || typeof baseUrl !== 'string' || hasKeyHeader(provider)) return undefined;
  if (baseUrl.startsWith('https://api.openai.com/')) return openaiApiKey;
  return baseUrl === openaiBaseUrlReference && context.env['OPENAI_API_KEY'] ? openaiApiKey : undefined;
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
