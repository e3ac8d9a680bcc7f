import type { Flag } from './flag.ts';
import { influxReportFlags } from './influx-report-flags.ts';
import { runsRedisFlag } from './distributed-flags.ts';
import { resultFlags } from './result-flags.ts';

/** What is asked of a run before it starts has no meaning for its report. */
const shared = new Set([
  '--fail-on',
  '--allow-invalid',
  '--json',
  '--output',
  '--export',
  '--no-clobber',
  '--github',
  '--no-color',
]);

const otherWords: Readonly<Record<string, string>> = {
  '--export':
    'write the report to a file, as json, html, markdown, junit or msgpack; the path may hold {name}, {timestamp}, {run}, and - is stdout (repeatable)',
  '--github': 'annotations and the summary of the step, for GitHub Actions (default: none)',
};

/** Every flag of `tokenstorm report`, in the order of its help. */
export const reportFlags: readonly Flag[] = [
  { ...runsRedisFlag, description: 'look for the run in Redis too (or TOKENSTORM_REDIS_URL)' },
  ...influxReportFlags,
  ...resultFlags
    .filter(({ name }) => shared.has(name))
    .map((flag) => ({ ...flag, description: otherWords[flag.name] ?? flag.description })),
];
