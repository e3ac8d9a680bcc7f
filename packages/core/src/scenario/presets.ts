import { isSingleReference } from './environment.ts';
import type { Environment } from './environment.ts';
import type { ProviderId, Target } from './scenario.ts';

/** Where a vendor's own API is, and the environment variables that its own SDK reads. */
interface Preset {
  readonly baseUrl: string;
  /** Takes the place of `baseUrl` where it is set. */
  readonly urlVariable?: string;
  readonly keyVariable: string;
}

const presets: Readonly<Partial<Record<ProviderId, Preset>>> = {
  openai: {
    baseUrl: 'https://api.openai.com/v1',
    urlVariable: 'OPENAI_BASE_URL',
    keyVariable: 'OPENAI_API_KEY',
  },
  anthropic: {
    baseUrl: 'https://api.anthropic.com',
    urlVariable: 'ANTHROPIC_BASE_URL',
    keyVariable: 'ANTHROPIC_API_KEY',
  },
  // z.ai's coding plan; its pay-as-you-go API is at https://api.z.ai/api/paas/v4.
  glm: { baseUrl: 'https://api.z.ai/api/coding/paas/v4', keyVariable: 'GLM_API_KEY' },
};

/** Base URL of a provider that gives none, as `${NAME}` where the environment has one; `undefined` without a preset. */
export function presetBaseUrl(type: ProviderId, environment: Environment): string | undefined {
  const preset = presets[type];
  const variable = preset?.urlVariable;
  return variable !== undefined && environment[variable] ? `\${${variable}}` : preset?.baseUrl;
}

/**
 * The reference to a preset's own key, for a base URL that it was made for: the vendor's own server, or the one that the
 * vendor's variable names, where the key is set beside it. `undefined` for any other: a key must not reach a server that
 * it was not made for.
 */
export function presetApiKey(
  type: ProviderId,
  baseUrl: Target['baseUrl'],
  environment: Environment,
): string | undefined {
  const preset = presets[type];
  if (preset === undefined || typeof baseUrl !== 'string') return undefined;
  const reference = `\${${preset.keyVariable}}`;
  if (originOf(baseUrl) === originOf(preset.baseUrl)) return reference;
  const isNamed = isSingleReference(baseUrl) && baseUrl === `\${${preset.urlVariable}}`;
  return isNamed && environment[preset.keyVariable] ? reference : undefined;
}

/** The dialect of a vendor's own server that this URL leads to; `undefined` for any other server. */
export function presetOfUrl(url: string): ProviderId | undefined {
  const origin = originOf(url);
  if (origin === undefined) return undefined;
  const ids = Object.keys(presets) as ProviderId[];
  return ids.find((id) => originOf(presets[id]!.baseUrl) === origin);
}

function originOf(url: string): string | undefined {
  return URL.parse(url)?.origin;
}
