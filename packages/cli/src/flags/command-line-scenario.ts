import type { ScenarioOverride } from '@tokenstorm/core';
import { baseUrlFor } from './base-url.ts';
import { change } from './change.ts';
import { commandLineLoad } from './command-line-load.ts';
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
  const hasPrompt = flags.prompt !== undefined || flags.inputFile !== undefined;
  return [
    ...change(['name'], 'cli', 'the command line'),
    ...providerChanges(flags, context, problems),
    ...change([...workload, 'name'], 'cli', 'the command line'),
    ...change([...workload, 'prompt'], hasPrompt ? undefined : defaultPrompt, 'the default prompt'),
    ...commandLineLoad(flags, problems),
    ...requestChanges(flags, workload),
    ...runChanges(flags, undefined),
  ];
}

function providerChanges(
  flags: ScenarioFlags,
  context: OverrideContext,
  problems: string[],
): readonly ScenarioOverride[] {
  const { url, origin, apiKey } = address(flags, context);
  if (url === undefined) problems.push('--url is missing, and OPENAI_BASE_URL is not set');
  return [
    ...change([...provider, 'name'], 'openai-compatible', 'the command line'),
    ...change([...provider, 'models'], flags.models, '--model'),
    ...change([...provider, 'base_url'], url && baseUrlFor(url, flags.endpoint), origin),
    ...change([...provider, 'api_key'], apiKey, '--api-key'),
  ];
}

/** OPENAI_API_KEY is taken only together with OPENAI_BASE_URL: a key must not reach a server it was not made for. */
function address(
  flags: ScenarioFlags,
  { environment, simulatorUrl }: OverrideContext,
): { url: string | undefined; origin: string; apiKey: string | undefined } {
  const { apiKey } = flags;
  if (simulatorUrl !== undefined) return { url: simulatorUrl, origin: '--with-sim', apiKey };
  if (flags.url !== undefined) return { url: flags.url, origin: '--url', apiKey };
  const url = environment['OPENAI_BASE_URL'] === '' ? undefined : environment['OPENAI_BASE_URL'];
  const environmentKey = environment['OPENAI_API_KEY'] ? '${OPENAI_API_KEY}' : undefined;
  return { url, origin: 'OPENAI_BASE_URL', apiKey: apiKey ?? environmentKey };
}
