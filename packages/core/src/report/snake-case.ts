/** A record whose kebab-case keys (error kinds) are snake_case, as everything that leaves the process is. */
export function snakeCaseKeys<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key.replaceAll('-', '_'), value]));
}
