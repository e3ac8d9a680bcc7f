import type { ScenarioPath } from './problem.ts';

/** True for a map. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The list, or an empty one where it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value at `path`; `undefined` where there is none. */
export function valueAt(root: unknown, path: ScenarioPath): unknown {
  let value = root;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === 'number') value = value[step];
    else if (isRecord(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
}

/** A copy with the value at `path` replaced, or removed where it is `undefined`; maps and lists on the way are made. */
export function withValueAt(root: unknown, path: ScenarioPath, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list = [...listOf(root)];
    list[step] = withValueAt(list[step], rest, value);
    return list;
  }
  const { [step]: old, ...others } = isRecord(root) ? root : {};
  const changed = withValueAt(old, rest, value);
  return changed === undefined ? others : { ...others, [step]: changed };
}

/** A copy with each text replaced by what `replace` makes of it. */
export function mapTexts(
  value: unknown,
  replace: (text: string, path: ScenarioPath) => unknown,
  path: ScenarioPath = [],
): unknown {
  if (typeof value === 'string') return replace(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, replace, [...path, index]));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapTexts(item, replace, [...path, key])]),
  );
}

/** The index of the first provider with this name in a scenario's plain value; -1 where there is none. */
export function providerIndex(scenario: unknown, name: string): number {
  return listOf(valueAt(scenario, ['providers'])).findIndex(
    (provider) => isRecord(provider) && provider['name'] === name,
  );
}
