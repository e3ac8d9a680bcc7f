import { reportFormats, requestFormats } from '../export/file-formats.ts';
import { endpointsOf } from './endpoints.ts';
import type { ScenarioPath } from './problem.ts';
import { isRecord, listOf } from './tree.ts';
import { executors } from './schema/load.ts';
import { endpoints, providerTypes } from './schema/provider.ts';
import { exportFormats } from './schema/execution.ts';
import type { ProviderId } from './scenario.ts';

/** Dialects that are built. */
export const builtProviderTypes = Object.keys(endpointsOf) as readonly ProviderId[];

const builtEndpoints = [...new Set(Object.values(endpointsOf).flat())];

interface NotBuilt {
  /** Keys and indexes with `*` for any. */
  readonly path: string;
  /** What the part is called in the message; default: its key. */
  readonly noun?: string;
  /** The values that the schema knows; absent where the key as a whole is not built. */
  readonly known?: readonly string[];
  /** Those of them that are built. */
  readonly built?: readonly string[];
}

/** Everything that the schema knows and this version cannot do. A row goes when its part is built. */
const notBuilt: readonly NotBuilt[] = [
  { path: 'providers.*.type', noun: 'provider type', known: providerTypes, built: builtProviderTypes },
  { path: 'providers.*.endpoint', noun: 'endpoint', known: endpoints, built: builtEndpoints },
  { path: 'providers.*.tls.cert', noun: 'client certificate' },
  { path: 'providers.*.tls.key', noun: 'client certificate key' },
  { path: 'providers.*.scrape' },
  ...['workload.scenarios.*', 'defaults'].flatMap((place) => [
    {
      path: `${place}.executor`,
      noun: 'executor',
      known: executors,
      built: executors.filter((name) => name !== 'trace-replay'),
    },
    { path: `${place}.target_mode`, noun: 'target mode', known: ['each', 'split'], built: ['each'] },
    { path: `${place}.trace` },
  ]),
  { path: 'search' },
  {
    path: 'output.export.*.format',
    noun: 'export format',
    known: exportFormats,
    built: [...reportFormats, ...requestFormats, 'influxdb'],
  },
];

/** One use of a part that is not built. */
export interface NotBuiltUse {
  readonly path: ScenarioPath;
  readonly message: string;
  readonly hint?: string;
  readonly mark: 'key' | 'value';
}

/** Every use of a part that is not built, in a scenario's plain value. */
export function notBuiltUses(scenario: unknown): readonly NotBuiltUse[] {
  return [...presetUses(scenario), ...notBuilt.flatMap((entry) => usesOf(entry, scenario))];
}

function usesOf(entry: NotBuilt, scenario: unknown): readonly NotBuiltUse[] {
  const { noun, known, built = [] } = entry;
  const steps = entry.path.split('.');
  return matches(scenario, steps, []).flatMap(({ path, value }): readonly NotBuiltUse[] => {
    if (known === undefined) {
      return [{ path, message: `${noun ?? `\`${steps.at(-1)}\``} is not supported yet`, mark: 'key' }];
    }
    return isUnbuilt(value, known, built) ? [useOfValue(noun, value, built, path)] : [];
  });
}

/** A provider without `type` is the preset of its name. */
function presetUses(scenario: unknown): readonly NotBuiltUse[] {
  return matches(scenario, ['providers', '*'], []).flatMap(({ path, value }) =>
    isRecord(value) &&
    value['type'] === undefined &&
    isUnbuilt(value['name'], providerTypes, builtProviderTypes)
      ? [useOfValue('provider', value['name'], builtProviderTypes, [...path, 'name'])]
      : [],
  );
}

function useOfValue(
  noun: string | undefined,
  value: string,
  built: readonly string[],
  path: ScenarioPath,
): NotBuiltUse {
  const message = `${noun ?? 'value'} \`${value}\` is not supported yet`;
  return { path, message, hint: `supported now: ${built.join(', ')}`, mark: 'value' };
}

function isUnbuilt(value: unknown, known: readonly string[], built: readonly string[]): value is string {
  return typeof value === 'string' && known.includes(value) && !built.includes(value);
}

interface Match {
  readonly path: ScenarioPath;
  readonly value: unknown;
}

function matches(value: unknown, steps: readonly string[], path: ScenarioPath): readonly Match[] {
  const [step, ...rest] = steps;
  if (value === undefined) return [];
  if (step === undefined) return [{ path, value }];
  if (step === '*') return listOf(value).flatMap((item, index) => matches(item, rest, [...path, index]));
  return isRecord(value) ? matches(value[step], rest, [...path, step]) : [];
}
