/** Tag or field names with their values. Names are ours: letters, digits and underscores. */
export type Tags = Readonly<Record<string, string>>;

/** The fields of a point. InfluxDB fixes the type of a field when it first sees it, so each name has one type for ever. */
export interface Fields {
  readonly integers: Readonly<Record<string, number>>;
  readonly floats?: Readonly<Record<string, number>>;
  readonly texts?: Readonly<Record<string, string>>;
}

/** One point in InfluxDB's line protocol, without a line break at its end. A number that is not finite is left out. */
export function pointLine(measurement: string, tags: Tags, fields: Fields, epochMs: number): string {
  const key = [measurement, ...Object.entries(tags).map(([name, value]) => `${name}=${tagValue(value)}`)];
  const values = [
    ...finite(fields.integers).map(([name, value]) => `${name}=${Math.round(value)}i`),
    ...finite(fields.floats).map(([name, value]) => `${name}=${value}`),
    ...Object.entries(fields.texts ?? {}).map(([name, value]) => `${name}=${quotedText(value)}`),
  ];
  return `${key.join(',')} ${values.join(',')} ${Math.floor(epochMs)}`;
}

function finite(values: Readonly<Record<string, number>> = {}): [string, number][] {
  return Object.entries(values).filter(([, value]) => Number.isFinite(value));
}

/** Stands for the tag value that InfluxDB cannot hold. */
const emptyTagValue = '(none)';

/**
 * A tag's value as the line protocol takes it. What it cannot hold at all becomes what looks like it: control characters
 * their pictures (a line break is U+240A), a backslash at the end U+2216, an empty value `(none)`.
 */
export function tagValue(value: string): string {
  return storedTagValue(value).replaceAll(/[,= ]/g, '\\$&');
}

/** What InfluxDB then holds, and answers. */
export function storedTagValue(value: string): string {
  if (value === '') return emptyTagValue;
  return value
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, (control) => pictureOf(control.charCodeAt(0)))
    .replace(/\\+$/, (slashes) => '\u{2216}'.repeat(slashes.length));
}

function pictureOf(code: number): string {
  return code < 0x20 ? String.fromCharCode(0x24_00 + code) : '\u{2421}';
}

/** A text field: line breaks may stand in it. */
function quotedText(value: string): string {
  return `"${value.toWellFormed().replaceAll(/[\\"]/g, '\\$&')}"`;
}
