import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExecutable } from './executable.ts';
import { prompt } from './workload.ts';
import type { Peer, PeerJob } from './workload.ts';

const script = fileURLToPath(new URL('k6-script.js', import.meta.url));

/** k6: HTTP only. What it calls waiting is the time to the first byte; it sees no token. */
export const k6: Peer = {
  name: 'k6 (first byte only: no tokens)',
  w1Requests: [20_000, 80_000],
  w2Requests: [3_000, 10_000],
  find: () => findExecutable('K6', 'k6'),
  command(executable, job) {
    const variables = {
      LOAD: JSON.stringify(job.load),
      MODEL: job.model,
      URL: job.url,
      PROMPT: prompt,
      RESULT: resultFile(job),
    };
    const flags = Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    return [executable, 'run', '--quiet', '--no-usage-report', ...flags, script];
  },
  report(job) {
    const values: Record<string, number> = JSON.parse(readFileSync(resultFile(job), 'utf8'));
    return { ttftP50Ms: values['med'], ttftP99Ms: values['p(99)'] };
  },
};

function resultFile(job: PeerJob): string {
  return join(job.directory, 'summary.json');
}
