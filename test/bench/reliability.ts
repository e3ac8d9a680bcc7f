import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { mostLost, runWithKills } from '../support/killed-workers.ts';
import type { KilledRun } from '../support/killed-workers.ts';
import { quantileOf } from '../support/truth.ts';

/**
 * Ten workers killed with `kill -9` at seeded moments, in an open and in a closed loop: 2 regions of 2 workers each, the default
 * lease of 10 s, each killed worker replaced at once. Prints the table of docs/reliability.md; `--write` puts it there.
 */
const plan = { kills: 10, leaseSeconds: 10, seed: 5 };
const rows: string[] = [];
for (const loop of ['open', 'closed'] as const) rows.push(row(loop, await runWithKills({ ...plan, loop })));

const head = [
  'loop',
  'kills',
  'scheduled',
  'completed',
  'failed',
  'dropped',
  'lost',
  'cancelled',
  'received by the servers',
  'surplus',
  'sent twice',
  'recovery p50 / max',
  'lost at most',
];
const table = [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows].join('\n');
process.stdout.write(`${table}\n`);
if (process.argv.includes('--write')) await write();

function row(loop: string, { report, kills, received, repeated }: KilledRun): string {
  const { scheduled, completed, failed, dropped, lost, cancelled } = report.accounting;
  const recoveries = kills.map(({ recoveryMs }) => recoveryMs / 1000);
  const recovery = `${quantileOf(recoveries, 0.5).toFixed(1)} / ${Math.max(...recoveries).toFixed(1)} s`;
  const surplus = received - completed - failed - cancelled;
  const counts = [
    kills.length,
    scheduled,
    completed,
    failed,
    dropped,
    lost,
    cancelled,
    received,
    surplus,
    repeated,
  ];
  return `| ${[loop, ...counts, recovery, Math.floor(mostLost(kills))].join(' | ')} |`;
}

async function write(): Promise<void> {
  const path = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));
  const machine = `Measured on ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}.`;
  const text = `# What is lost when workers die

Ten workers are killed with \`kill -9\` at seeded moments of one run, ten seconds and more apart, and replaced at once: 2 regions
of 2 workers each, a lease of 10 s, 60 requests a second (open loop) or 12 users (closed loop), answers of about 0.3 s. Each
worker has a server of its own, so that what was sent is counted by somebody else.

${table}

- **surplus**: requests that a server received and the report counts neither as completed, failed nor cancelled. Their outcome is
  unknown: they are among the lost.
- **recovery**: from the kill until the region's servers receive two thirds and more of what they had received before; half of it was the
  dead worker's.
- **lost at most**: (recovery + 1 s) x the rate of the killed worker + what its server was answering, summed over the kills. What
  nobody sent while nobody had the lease is lost too: it is not sent later, which would be load that nobody planned.

\`scheduled = completed + failed + dropped + lost + cancelled\` in each row. ${machine}

\`\`\`
node --conditions=source test/bench/reliability.ts --write
\`\`\`
`;
  await writeFile(path, text);
}
