import type { Parse } from './context.ts';
import { loadKeys } from './schema/load.ts';
import type { ScenarioPath } from './problem.ts';
import type { DefaultsSection, WorkloadSection } from './schema.ts';
import { defaultsSchema, promptKeys, workloadSchema } from './schema/workload.ts';
import { isRecord, listOf, valueAt } from './tree.ts';

/** A workload with the file's `defaults` put in, and where each of its keys was written. */
export interface EffectiveWorkload {
  readonly name: string;
  readonly path: ScenarioPath;
  readonly keys: DefaultsSection;
  /** Written in the workload itself. */
  readonly isOwn: (key: string) => boolean;
  /** Where a key was written: in the workload or in `defaults`. */
  readonly pathOf: (key: string) => ScenarioPath;
}

/** The workloads whose keys are right, in the file's order. */
export function readEffectiveWorkloads({ reading }: Parse): readonly EffectiveWorkload[] {
  const defaults = reading.section(defaultsSchema, ['defaults']) ?? {};
  const seen = new Set<string>();
  return listOf(valueAt(reading.value, ['workload', 'scenarios'])).flatMap((raw, index) => {
    const path = ['workload', 'scenarios', index];
    const own = reading.section(workloadSchema, path);
    const name = isRecord(raw) ? raw['name'] : undefined;
    if (typeof name === 'string' && seen.has(name)) {
      const message = `a second workload is called \`${name}\``;
      reading.report([...path, 'name'], message, 'each has a name of its own: it is the label in the report');
    }
    if (typeof name === 'string') seen.add(name);
    return own !== undefined && reading.isSound(['defaults']) ? [effective(own, defaults, path)] : [];
  });
}

function effective(own: WorkloadSection, defaults: DefaultsSection, path: ScenarioPath): EffectiveWorkload {
  const { name, ...ownKeys } = own;
  const isOwn = (key: string): boolean => Object.hasOwn(own, key);
  const keys = { ...fitting(defaults, ownKeys), ...ownKeys, ...merged(defaults, ownKeys) };
  return {
    name,
    path,
    keys,
    isOwn,
    pathOf: (key) => (isOwn(key) || !Object.hasOwn(keys, key) ? [...path, key] : ['defaults', key]),
  };
}

/** The defaults without what the workload replaces as a group: its prompts, and its load where it names an executor. */
function fitting(defaults: DefaultsSection, own: DefaultsSection): DefaultsSection {
  const replaced = new Set<string>();
  if (promptKeys.some((key) => own[key] !== undefined)) promptKeys.forEach((key) => replaced.add(key));
  if (own.executor === undefined && own.requests !== undefined) replaced.add('executor');
  return Object.fromEntries(Object.entries(defaults).filter(([key]) => !replaced.has(key)));
}

function merged(defaults: DefaultsSection, own: DefaultsSection): DefaultsSection {
  return {
    ...(own.timeouts && { timeouts: { ...defaults.timeouts, ...own.timeouts } }),
    ...(own.headers && { headers: { ...defaults.headers, ...own.headers } }),
    ...(own.extra_body && { extra_body: { ...defaults.extra_body, ...own.extra_body } }),
  };
}

/** Keys of `defaults` that concern the load and that none of the executors takes. */
export function unusedLoadDefaults(scenario: unknown, taken: ReadonlySet<string>): readonly string[] {
  const defaults = valueAt(scenario, ['defaults']);
  const written = isRecord(defaults) ? Object.keys(defaults) : [];
  return written.filter((key) => Object.hasOwn(loadKeys, key) && key !== 'executor' && !taken.has(key));
}
