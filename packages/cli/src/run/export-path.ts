/** What the path of an export may name. */
export interface ExportedRun {
  readonly id: string;
  readonly name: string;
  /** ISO 8601; the timestamp of runs whose id does not open with one. */
  readonly started_at?: string;
}

/**
 * `{name}`, `{timestamp}` (UTC, to the second, the same as in the run's id) and `{run}` filled in. It is known before the
 * run starts, so that all files of a run have the same.
 */
export function exportPath(template: string, { id, name, started_at = '' }: ExportedRun): string {
  const timestamp =
    /^\d{8}-\d{6}/.exec(id)?.[0] ?? started_at.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return template
    .replaceAll('{timestamp}', timestamp)
    .replaceAll('{run}', id)
    .replaceAll('{name}', name.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-'));
}
