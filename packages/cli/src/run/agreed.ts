/** The value that all have, as JSON sees it; `undefined` where they differ, and of none. */
export function agreed<Value>(values: readonly Value[]): Value | undefined {
  return new Set(values.map((value) => JSON.stringify(value))).size === 1 ? values[0] : undefined;
}
