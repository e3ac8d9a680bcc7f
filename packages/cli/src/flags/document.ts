import { isPlainObject } from './key-value.ts';

/** A workload of a file that was not checked yet: its own keys, and those with the file's `defaults` below them. */
export interface WorkloadOutline {
  readonly index: number;
  /** For messages: its name, or its number where it has none. */
  readonly name: string;
  readonly own: Readonly<Record<string, unknown>>;
  readonly effective: Readonly<Record<string, unknown>>;
  /** As the schema infers it; undefined where the file does not say. */
  readonly executor: string | undefined;
}

/** The entries of `workload.scenarios` that are maps. */
export function workloadsOf(document: unknown): readonly WorkloadOutline[] {
  const defaults = mapAt(document, 'defaults');
  return listAt(mapAt(document, 'workload'), 'scenarios').flatMap((own, index) => {
    if (!isPlainObject(own)) return [];
    const effective = { ...defaults, ...own };
    const name = typeof own['name'] === 'string' ? own['name'] : `workload ${index + 1}`;
    return [{ index, name, own, effective, executor: executorOf(effective) }];
  });
}

function executorOf(workload: Readonly<Record<string, unknown>>): string | undefined {
  const { executor, requests } = workload;
  if (typeof executor === 'string') return executor;
  return requests === undefined ? undefined : 'shared-iterations';
}

/** The map under a key; empty where there is none. */
export function mapAt(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const found = isPlainObject(value) ? value[key] : undefined;
  return isPlainObject(found) ? found : {};
}

/** The list under a key; empty where there is none. */
export function listAt(value: unknown, key: string): readonly unknown[] {
  const found: unknown = isPlainObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}
