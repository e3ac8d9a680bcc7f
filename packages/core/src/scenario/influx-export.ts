import type { Parse } from './context.ts';
import { isSingleReference, missingNames, resolveReferences } from './environment.ts';
import type { ScenarioPath } from './problem.ts';
import type { Scenario } from './scenario.ts';
import { sections } from './schema.ts';

const hourMs = 3_600_000;
const userInfo = /\/\/([^/?#]*)@/;

/** The InfluxDB that `output.export` names, as a part of the scenario; empty where it names none. */
export function readInfluxExport(parse: Parse): Pick<Scenario, 'influx'> {
  const output = parse.reading.section(sections.output, ['output']);
  const targets = (output?.export ?? []).map((target, index) => ({
    target,
    place: ['output', 'export', index],
  }));
  const [first, second] = targets.filter(({ target }) => target.format === 'influxdb');
  if (first === undefined) return {};
  if (second !== undefined) parse.reading.report(second.place, 'a second InfluxDB: a run is written to one');
  const { path, url, database, retention: retentionMs } = first.target;
  if (path !== undefined)
    parse.reading.report(
      [...first.place, 'path'],
      '`path` does not go with the format influxdb',
      'write `url`',
      'key',
    );
  if (url !== undefined) checkUrl(parse, url, [...first.place, 'url']);
  if (retentionMs !== undefined && retentionMs < hourMs)
    parse.reading.report([...first.place, 'retention'], '`retention` must be at least 1h');
  return {
    influx: {
      ...(url !== undefined && { url }),
      ...(database !== undefined && { database }),
      ...(retentionMs !== undefined && { retention: `${Math.ceil(retentionMs / 1000)}s` }),
    },
  };
}

/** A password that is not a reference, or not all of it. */
function holdsPassword(url: string): boolean {
  const [, ...password] = (userInfo.exec(url)?.[1] ?? '').split(':');
  return password.length > 0 && !isSingleReference(password.join(':'));
}

/** References are checked with their values where these are known; the values are never shown. */
function checkUrl({ reading, context }: Parse, written: string, path: ScenarioPath): void {
  if (holdsPassword(written)) {
    const hint = 'write http://user:${INFLUX_PASSWORD}@host:8086, or all of it as ${INFLUX_URL}';
    reading.report(path, '`url` holds a password', hint);
    return;
  }
  if (missingNames(written, context.env).length > 0) return;
  const url = URL.parse(resolveReferences(written, context.env));
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    reading.report(path, '`url` is not an HTTP URL', 'such as http://127.0.0.1:8086');
}
