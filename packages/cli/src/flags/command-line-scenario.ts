import { presetOfUrl, providerTypes, suggestion } from '@tokenstorm/core';
import type { ProviderId, ScenarioOverride } from '@tokenstorm/core';
import { isSecretHeader } from './api-key.ts';
import { baseUrlFor } from './base-url.ts';
import { change, changeEach } from './change.ts';
import { commandLineLoad } from './command-line-load.ts';
import { answerLengthChanges, givesPrompts } from './prompt-changes.ts';
import { requestChanges } from './request-changes.ts';
import { runChanges } from './run-changes.ts';
import type { ScenarioFlags } from './run-options.ts';
import type { OverrideContext } from './scenario-overrides.ts';

const workload = ['workload', 'scenarios', 0] as const;
const provider = ['providers', 0] as const;

/** Sent where no prompt is given: an answer to it is long enough to time tokens. */
const defaultPrompt = 'Explain in a few paragraphs how a lighthouse works and why ships still need it.';

/** The scenario that the flags alone describe; what is missing or contradictory is added to `problems`. */
export function commandLineScenario(
  flags: ScenarioFlags,
  context: OverrideContext,
  problems: string[],
): readonly ScenarioOverride[] {
  if (flags.models.length === 0) problems.push('--model is missing: name a model, or a scenario file');
  return [
    ...change(['name'], 'cli', 'the command line'),
    ...providerChanges(flags, context, problems),
    ...change([...workload, 'name'], 'cli', 'the command line'),
    ...change([...workload, 'prompt'], givesPrompts(flags) ? undefined : defaultPrompt, 'the default prompt'),
    ...commandLineLoad(flags, problems),
    ...requestChanges(flags, workload),
    ...answerLengthChanges(flags, workload, undefined),
    ...runChanges(flags, undefined),
  ];
}

function providerChanges(
  flags: ScenarioFlags,
  context: OverrideContext,
  problems: string[],
): readonly ScenarioOverride[] {
  if (flags.provider !== undefined && flags.provider !== 'openai-compatible')
    return presetChanges(flags, context, problems);
  const variables = flags.endpointType === 'messages' ? anthropicVariables : openaiVariables;
  const { url, origin, apiKey } = address(flags, context, variables);
  if (url === undefined) problems.push(`--url or --provider is missing, and ${variables.url} is not set`);
  const endpoint = flags.endpointType === 'chat' ? undefined : flags.endpointType;
  return [
    ...change([...provider, 'name'], dialectOf(flags, url), 'the command line'),
    ...change([...provider, 'endpoint'], endpoint, '--endpoint-type'),
    ...change([...provider, 'models'], flags.models, '--model'),
    ...change([...provider, 'base_url'], url && baseUrlFor(url, flags.endpoint), origin),
    ...change([...provider, 'api_key'], apiKey, '--api-key'),
    ...changeEach([...provider, 'headers'], secretHeadersOf(flags), '--header'),
  ];
}

/** A provider that is named brings its dialect, and its address and key where no other server is named. */
function presetChanges(
  flags: ScenarioFlags,
  { simulatorUrl }: OverrideContext,
  problems: string[],
): readonly ScenarioOverride[] {
  const { provider: name, url, endpoint } = flags;
  if (endpoint !== undefined && url === undefined) problems.push('--endpoint needs --url');
  problems.push(...unknownVendor(name));
  const base = simulatorUrl ?? (url === undefined ? undefined : baseUrlFor(url, endpoint));
  return [
    ...change([...provider, 'name'], name, '--provider'),
    ...change([...provider, 'endpoint'], flags.endpointType, '--endpoint-type'),
    ...change([...provider, 'models'], flags.models, '--model'),
    ...change([...provider, 'base_url'], base, simulatorUrl === undefined ? '--url' : '--with-sim'),
    ...change([...provider, 'api_key'], flags.apiKey, '--api-key'),
    ...changeEach([...provider, 'headers'], secretHeadersOf(flags), '--header'),
  ];
}

function unknownVendor(name = ''): readonly string[] {
  if (providerTypes.some((known) => known === name)) return [];
  const meant = suggestion(name, providerTypes);
  const hint =
    meant === undefined
      ? 'a server that speaks the API of OpenAI needs --url alone'
      : `did you mean ${meant}?`;
  return [`--provider ${name}: no vendor that is known here (${hint})`];
}

/** A provider whose headers carry a key needs no other. */
function secretHeadersOf({ headers }: ScenarioFlags): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isSecretHeader(name)));
}

/** OpenAI and z.ai are recognised by their addresses: their own keys, and what their models refuse, are known then. */
function dialectOf({ endpointType }: ScenarioFlags, url: string | undefined): ProviderId {
  if (endpointType === 'messages') return 'anthropic';
  const preset = url === undefined ? undefined : presetOfUrl(url);
  return preset === undefined || preset === 'anthropic' ? 'openai-compatible' : preset;
}

interface AddressVariables {
  readonly url: string;
  readonly key: string;
}

const openaiVariables: AddressVariables = { url: 'OPENAI_BASE_URL', key: 'OPENAI_API_KEY' };
const anthropicVariables: AddressVariables = { url: 'ANTHROPIC_BASE_URL', key: 'ANTHROPIC_API_KEY' };

/** The variable's key is taken only together with its URL: a key must not reach a server it was not made for. */
function address(
  flags: ScenarioFlags,
  { environment, simulatorUrl }: OverrideContext,
  variables: AddressVariables,
): { url: string | undefined; origin: string; apiKey: string | undefined } {
  const { apiKey } = flags;
  if (simulatorUrl !== undefined) return { url: simulatorUrl, origin: '--with-sim', apiKey };
  if (flags.url !== undefined) return { url: flags.url, origin: '--url', apiKey };
  const url = environment[variables.url] === '' ? undefined : environment[variables.url];
  const environmentKey = environment[variables.key] ? `\${${variables.key}}` : undefined;
  return { url, origin: variables.url, apiKey: apiKey ?? environmentKey };
}
