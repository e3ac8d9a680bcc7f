import type { Flag } from './flag.ts';

const judging = 'What counts as good:';
const output = 'What comes out:';

/** Flags that say how a run is judged and where its result goes. */
export const resultFlags: readonly Flag[] = [
  {
    name: '--goodput',
    value: '<metric:ms>',
    description: "limits a good request keeps: 'ttft:200 tpot:50 e2el:30000'",
    group: judging,
    repeatable: true,
    moreValues: /^[a-z][a-z0-9_]*:\d/,
  },
  {
    name: '--target-first-token',
    value: '<time>',
    description: 'timer_score of the time to first token: 0.5 at this target, such as 500ms',
    group: judging,
  },
  {
    name: '--target-total',
    value: '<time>',
    description: 'the same of the whole request, such as 5s',
    group: judging,
  },
  {
    name: '--threshold',
    value: '<condition>',
    description: "pass or fail at the end: 'ttft: p(95) < 800ms' (repeatable)",
    group: judging,
    repeatable: true,
  },
  {
    name: '--failed-request-threshold',
    value: '<share>',
    description: 'fail when more than this share of requests failed: 5% or 0.05',
    group: judging,
  },
  {
    name: '--max-error-rate',
    value: '<share>',
    description: 'stop as soon as more than this share of requests failed: 5% or 0.05',
    group: judging,
  },
  {
    name: '--baseline',
    value: '<run>',
    description:
      'compare with this run at the end: a report or snapshot log, or the id or tag of a run (repeatable: several runs)',
    group: judging,
    repeatable: true,
  },
  {
    name: '--no-baseline',
    description: "compare with nothing, whatever the file's regression says",
    group: judging,
  },
  {
    name: '--regression-limit',
    value: '<figure=limit>',
    description:
      "fail when worse than the baseline, beyond chance, by more than this: 'ttft.p95=10%', errors=0.5pp (repeatable)",
    group: judging,
    repeatable: true,
  },
  {
    name: '--fail-on',
    value: '<level>',
    description: 'validity that ends in exit code 5: invalid (default) or suspect',
    group: judging,
  },
  {
    name: '--allow-invalid',
    description: 'an invalid measurement does not change the exit code',
    group: judging,
  },
  {
    name: '--json',
    description: 'print the report as JSON on stdout, progress goes to stderr',
    group: output,
  },
  {
    name: '--output',
    short: '-o',
    value: '<path>',
    description: 'write the report as JSON to this file; the same as --export json=<path>',
    group: output,
  },
  {
    name: '--export',
    value: '<format=path>',
    description:
      'json, html, markdown, junit or msgpack: the report; csv or jsonl: one line for each request; the path may hold {name}, {timestamp}, {run}, and - is stdout. influxdb=http://host:8086: its windows, as the run goes (repeatable)',
    group: output,
    repeatable: true,
  },
  {
    name: '--no-clobber',
    description: 'refuse to replace a file that is there (default: it is replaced, and that is said)',
    group: output,
  },
  {
    name: '--github',
    description:
      'annotations and the summary of the step, for GitHub Actions (default where GITHUB_ACTIONS is true)',
    group: output,
  },
  { name: '--no-github', description: 'nothing of that', group: output },
  {
    name: '--export-level',
    value: '<level>',
    description: 'summary (default), or records: every request to {run}.requests.jsonl',
    group: output,
  },
  {
    name: '--snapshot-log',
    value: '<path>',
    description: 'keep the snapshots that tokenstorm report reads in this file instead of the store',
    group: output,
  },
  { name: '--no-snapshot-log', description: 'keep no snapshots', group: output },
  {
    name: '--audit-log',
    value: '<path>',
    description:
      'file that says who ran what against which host; off for none (or TOKENSTORM_AUDIT_LOG; default: audit.jsonl beside the store)',
    group: output,
  },
  {
    name: '--ui',
    value: '<kind>',
    description: 'progress while running: dashboard (default on a terminal), simple lines or none',
    group: output,
  },
  { name: '--quiet', description: 'no progress, only the result', group: output },
  {
    name: '--debug',
    description: 'write what went over the wire for the first request to RUN.debug.txt, without keys',
    group: output,
  },
  { name: '--no-color', description: 'no colours, as with NO_COLOR', group: output },
  { name: '--dry-run', description: 'print the resolved plan and send nothing', group: output },
  { name: '--shards', value: '<n>', description: 'parts into which the schedule of each region is cut' },
  { name: '--use-server-token-count', description: "count the server's usage tokens, which is the default" },
];
