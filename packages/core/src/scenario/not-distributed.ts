import { reportFormats } from '../export/file-formats.ts';
import type { ScenarioReading } from './reading.ts';
import type { ScenarioPath } from './problem.ts';
import { isKeyName } from './secrets.ts';
import { isRecord, listOf, valueAt } from './tree.ts';

const keysHint = 'write ${NAME}: each worker takes it from its own environment';

/**
 * Reports everything that a run over Redis cannot have: what is not built for it yet, per-request exports, which would lie with the
 * workers, and secrets written out, which would go through Redis.
 */
export function checkDistributed(reading: ScenarioReading): void {
  for (const [index, provider] of listOf(valueAt(reading.value, ['providers'])).entries())
    if (isRecord(provider)) checkProvider(reading, provider, ['providers', index]);
  for (const [index, target] of listOf(valueAt(reading.value, ['output', 'export'])).entries())
    if (isRecord(target)) checkExport(reading, target, ['output', 'export', index]);
}

function checkProvider(
  reading: ScenarioReading,
  provider: Readonly<Record<string, unknown>>,
  path: ScenarioPath,
): void {
  const query = provider['query'];
  for (const [name, value] of Object.entries(isRecord(query) ? query : {})) {
    if (isKeyName(name) && !String(value).includes('${'))
      reading.report(
        [...path, 'query', name],
        `\`${name}\` holds a key, which would go through Redis`,
        keysHint,
      );
  }
}

function checkExport(
  reading: ScenarioReading,
  { format }: Readonly<Record<string, unknown>>,
  path: ScenarioPath,
): void {
  if (format !== 'csv' && format !== 'jsonl') return;
  const message = `the export format \`${format}\` with --redis is not supported yet: it has a line for each request, and those stay with the workers`;
  reading.report(
    [...path, 'format'],
    message,
    `supported with --redis: ${reportFormats.join(', ')}, influxdb. For a line a request run from one machine: without --redis, with --processes auto`,
  );
}
