import type { ScenarioOverride } from '@tokenstorm/core';

type Path = ScenarioOverride['path'];

/** No change for a flag that was not given, else one. */
export function change(path: Path, value: unknown, origin: string): readonly ScenarioOverride[] {
  return value === undefined ? [] : [{ path, value, origin }];
}

/** One change for each key of a map, below `path`. */
export function changeEach(
  path: Path,
  values: Readonly<Record<string, unknown>>,
  origin: string,
): readonly ScenarioOverride[] {
  return Object.entries(values).flatMap(([key, value]) => change([...path, key], value, origin));
}

/** The removal of whichever of the keys the map has. */
export function removeKeys(
  path: Path,
  map: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  origin: string,
): readonly ScenarioOverride[] {
  return keys
    .filter((key) => map[key] !== undefined)
    .map((key) => ({ path: [...path, key], value: undefined, origin }));
}
