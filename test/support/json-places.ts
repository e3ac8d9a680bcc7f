/** The JSON with every string that is `old` replaced. */
export function withText(json: string, old: string, text: string): string {
  return JSON.stringify(JSON.parse(json, (_, value: unknown) => (value === old ? text : value)));
}

/** The JSON as often as it has places and there are values: each value in each place. */
export function withEachReplaced(json: string, values: readonly unknown[]): readonly string[] {
  let places = 0;
  JSON.parse(json, (_, value: unknown) => {
    places++;
    return value;
  });
  return Array.from({ length: places }, (_, at) =>
    values.map((value) => withReplaced(json, value, at)),
  ).flat();
}

function withReplaced(json: string, replacement: unknown, at: number): string {
  let place = 0;
  return JSON.stringify(JSON.parse(json, (_, value: unknown) => (place++ === at ? replacement : value)));
}

/** Every string in a parsed value, keys left out. */
export function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
