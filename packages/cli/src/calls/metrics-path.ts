import { join } from 'node:path';

/** The file of a provider's calls: `{opening}_performance_metrics.json` or `.csv` in a folder. */
export function metricsPath(folder: string, opening: string, format: 'json' | 'csv'): string {
  return join(folder, `${opening.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-')}_performance_metrics.${format}`);
}
