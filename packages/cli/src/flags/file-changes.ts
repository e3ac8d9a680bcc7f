import type { ScenarioOverride } from '@tokenstorm/core';
import { baseUrlFor } from './base-url.ts';
import { change, changeEach, removeKeys } from './change.ts';
import { listAt, mapAt, workloadsOf } from './document.ts';
import type { WorkloadOutline } from './document.ts';
import { fileLoadChanges } from './file-load-changes.ts';
import { answerLengthChanges, givesPrompts, promptOrigin } from './prompt-changes.ts';
import { requestChanges } from './request-changes.ts';
import { runChanges } from './run-changes.ts';
import type { ScenarioFlags } from './run-options.ts';
import type { OverrideContext } from './scenario-overrides.ts';

/** Keys that give a workload its prompts: a flag that gives others replaces them. */
const promptSources = ['prompt', 'messages', 'prompts', 'synthetic', 'trace'];

/** What the flags change in a file: each of its workloads alike, and the run; what cannot be is added to `problems`. */
export function fileChanges(
  flags: ScenarioFlags,
  context: OverrideContext,
  problems: string[],
): readonly ScenarioOverride[] {
  const { document } = context;
  const workloads = workloadsOf(document);
  return [
    ...providerChanges(flags, context, problems),
    ...defaultsChanges(flags, document),
    ...workloads.flatMap((workload) => workloadChanges(flags, workload)),
    ...fileLoadChanges(flags, workloads, problems),
    ...runChanges(flags, document),
  ];
}

function providerChanges(
  flags: ScenarioFlags,
  { document, simulatorUrl }: OverrideContext,
  problems: string[],
): readonly ScenarioOverride[] {
  const providers = listAt(document, 'providers');
  checkProviderFlags(flags, providers.length, problems);
  const url = flags.url === undefined ? undefined : baseUrlFor(flags.url, flags.endpoint);
  const models = flags.models.length === 0 ? undefined : flags.models;
  return [
    ...change(['providers', 0, 'base_url'], url, '--url'),
    ...change(['providers', 0, 'endpoint'], flags.endpointType, endpointOrigin(flags)),
    ...change(['providers', 0, 'models'], models, '--model'),
    ...change(['providers', 0, 'api_key'], flags.apiKey, '--api-key'),
    ...providers.flatMap((_, index) => change(['providers', index, 'base_url'], simulatorUrl, '--with-sim')),
  ];
}

/** The kind of API is read from the path where it is not asked for by name. */
function endpointOrigin({ endpoint }: ScenarioFlags): string {
  return endpoint === undefined ? '--endpoint-type' : '--endpoint';
}

function checkProviderFlags(flags: ScenarioFlags, providers: number, problems: string[]): void {
  if (flags.endpoint !== undefined && flags.url === undefined) problems.push('--endpoint needs --url');
  if (flags.provider !== undefined) problems.push('--provider: the file names its providers');
  if (providers === 1) return;
  const given = [
    ...(flags.url === undefined ? [] : ['--url']),
    ...(flags.endpointType === undefined ? [] : [endpointOrigin(flags)]),
    ...(flags.models.length === 0 ? [] : ['--model']),
    ...(flags.apiKey === undefined ? [] : ['--api-key']),
  ];
  for (const name of given) {
    problems.push(
      `${name}: the file has ${providers} providers; it can be changed from here only where there is one`,
    );
  }
}

/** Prompts in `defaults` would stand beside the ones that the flags give each workload. */
function defaultsChanges(flags: ScenarioFlags, document: unknown): readonly ScenarioOverride[] {
  if (!givesPrompts(flags)) return [];
  return removeKeys(['defaults'], mapAt(document, 'defaults'), promptSources, promptOrigin(flags));
}

function workloadChanges(flags: ScenarioFlags, workload: WorkloadOutline): readonly ScenarioOverride[] {
  const path = ['workload', 'scenarios', workload.index] as const;
  return [
    ...(givesPrompts(flags) ? removeKeys(path, workload.own, promptSources, promptOrigin(flags)) : []),
    ...requestChanges(flags, path),
    ...answerLengthChanges(flags, path, ownSynthetic(flags, workload)),
    ...sloChanges(flags, workload),
  ];
}

/** What the file says of generated prompts, where the flags give no others. */
function ownSynthetic(
  flags: ScenarioFlags,
  { effective }: WorkloadOutline,
): Readonly<Record<string, unknown>> | undefined {
  if (givesPrompts(flags) || effective['synthetic'] === undefined) return undefined;
  return mapAt(effective, 'synthetic');
}

/** A workload's `slo` replaces the global one, so it is changed as well. */
function sloChanges(flags: ScenarioFlags, workload: WorkloadOutline): readonly ScenarioOverride[] {
  const { slo } = workload.effective;
  if (slo === undefined) return [];
  const path = ['workload', 'scenarios', workload.index, 'slo'] as const;
  const inherited = workload.own['slo'] === undefined ? mapAt(workload.effective, 'slo') : {};
  const changes = changeEach(path, flags.slo, '--goodput');
  return changes.length === 0 ? [] : [...changeEach(path, inherited, 'defaults.slo'), ...changes];
}
