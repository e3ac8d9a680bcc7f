import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import type { Report } from '@tokenstorm/core';
import { nodeWords } from '../support/command.ts';
import { simulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/**
 * Whether a dashboard makes the load generator late: pairs of runs of one load, with `--ui dashboard` and with `--ui none`, each
 * in a pseudo-terminal (`script`) of its own, in turn. What the dashboard costs is what the medians differ by beyond what runs of
 * one kind differ among themselves. The simulated server is a process of its own; leave it and the dashboard a core.
 *
 *   node --conditions=source test/bench/dashboard.bench.ts [--rate 500] [--seconds 20] [--pairs 3]
 */
const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '20' },
    pairs: { type: 'string', default: '3' },
  },
});

const kinds = ['none', 'dashboard'] as const;
type Kind = (typeof kinds)[number];

const figures = {
  'schedule_lag p50': (report: Report) => report.metrics.schedule_lag?.p50,
  'schedule_lag p99': (report: Report) => report.generator.schedule_lag_p99_ms,
  'send_delay p99': (report: Report) => report.generator.send_delay_p99_ms,
  'stamp error p99': (report: Report) => report.generator.stamp_error_bound_p99_ms,
  'event loop p99': (report: Report) => report.generator.event_loop_delay_p99_ms,
  'TTFT p50': (report: Report) => report.metrics.ttft?.p50,
  'TTFT p99': (report: Report) => report.metrics.ttft?.p99,
  'CPU %': (report: Report) => (report.generator.cpu_ratio ?? NaN) * 100,
  'RSS MB': (report: Report) => report.generator.rss_mb,
} as const;

await using simulator = await simulatorProcess();
const reports: Record<Kind, Report[]> = { none: [], dashboard: [] };
for (let pair = 0; pair < Number(values.pairs); pair++) {
  const order = pair % 2 === 0 ? kinds : kinds.toReversed();
  for (const kind of order) {
    const report = await run(kind);
    reports[kind].push(report);
    process.stdout.write(`${kind.padEnd(10)} ${rowOf(report)}\n`);
  }
}
process.stdout.write(
  `\n${values.rate} requests/s for ${values.seconds} s, median of ${values.pairs} (least to most), ms:\n`,
);
for (const [name, figure] of Object.entries(figures)) {
  const texts = kinds.map(
    (kind) => `${kind} ${spreadText(reports[kind].map((report) => figure(report) ?? NaN))}`,
  );
  process.stdout.write(`${name.padEnd(18)} ${texts.map((text) => text.padEnd(36)).join('')}\n`);
}

/** The report of one run at a terminal of 120 columns. */
async function run(ui: Kind): Promise<Report> {
  await using folder = await temporaryFolder();
  const load = `-u ${simulator.url} -m sim-w3 --rate ${values.rate} -d ${values.seconds}s --osl 32 --warmup-duration 3s`;
  const words = `run ${load} --ui ${ui} --allow-invalid --no-snapshot-log --json`;
  const command = [process.execPath, ...nodeWords(), words, '> "$out"'].join(' ');
  const child = spawn('/usr/bin/script', ['-qec', `stty cols 120 rows 40; ${command}`, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm-256color', SHELL: '/bin/sh', out: `${folder.path}/report.json` },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // A terminal takes what it is sent.
  child.stdout.resume();
  const [exitCode] = (await once(child, 'close')) as [number | null];
  if (exitCode !== 0) throw new Error(`The run with --ui ${ui} ended with exit code ${exitCode}.`);
  return JSON.parse(await folder.read('report.json')) as Report;
}

function rowOf(report: Report): string {
  return Object.entries(figures)
    .map(([name, figure]) => `${name} ${figureText(figure(report) ?? NaN)}`)
    .join('  ');
}

function spreadText(all: readonly number[]): string {
  const sorted = all.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  return `${figureText(median)} (${figureText(sorted[0] ?? NaN)} to ${figureText(sorted.at(-1) ?? NaN)})`;
}

function figureText(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
