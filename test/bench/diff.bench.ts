/**
 * How often a comparison is right, with real runs: pairs of equal runs, and pairs of which the second side's
 * server is slower, over HTTP against the simulated server. Nothing else should run on the machine.
 * Run: node --conditions=source test/bench/diff.bench.ts [PAIRS] [PERCENT] [CONCURRENCY]
 */
import { differencesOf } from '@tokenstorm/core';
import type { Judgement, Report } from '@tokenstorm/core';
import { runFlags } from '../support/run.ts';
import { simulatorProcess } from '../support/simulator.ts';

const [pairs = 100, percent = 10, concurrency = 40] = process.argv.slice(2).map(Number);
const requests = 2000;
const medianMs = 50;
const figures = ['ttft.p50', 'ttft.mean', 'ttft.p95', 'ttft.p99', 'errors'];
const runsOfSeveral = 3;
const mostAttempts = 3;

await using simulator = await simulatorProcess();
const behaviour = (factor: number) => ({
  ttftMs: { lognormal: { medianMs: medianMs * factor, sigma: 0.5 } },
  itlMs: 0,
  tokens: 2,
});
await simulator.setModels({ base: behaviour(1), slower: behaviour(1 + percent / 100) });

let repeated = 0;

/** A run that is invalid is done again, as whoever compares would do; after several tries it is taken as it is. */
async function runOf(model: 'base' | 'slower'): Promise<Report> {
  const words = ['-u', simulator.url, '-m', model, '-n', String(requests), '-c', String(concurrency)];
  for (let attempt = 1; ; attempt += 1) {
    const { report } = await runFlags([
      ...words,
      '--no-snapshot-log',
      '--no-preflight',
      '--warmup-request-count',
      '40',
    ]);
    if (report.validity.level !== 'invalid' || attempt === mostAttempts) return report;
    repeated += 1;
  }
}

type Counts = Record<Judgement, number>;

/** Judgements of a figure, pair by pair of sides. */
function countsOf(
  figure: string,
  sides: readonly (readonly [readonly Report[], readonly Report[]])[],
): Counts {
  const counts = { better: 0, worse: 0, no_difference: 0, cannot_tell: 0 };
  for (const [base, next] of sides) {
    const [difference] = differencesOf(base, next, { metrics: [figure] });
    if (difference !== undefined) counts[difference.judgement] += 1;
  }
  return counts;
}

function inGroups<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.floor(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}

function text(counts: Counts): string {
  return Object.entries(counts)
    .map(([judgement, count]) => `${judgement.replace('_', ' ')} ${count}`)
    .join(', ');
}

const runs = { base: [] as Report[], equal: [] as Report[], slower: [] as Report[] };
const startMs = performance.now();
for (let pair = 0; pair < pairs; pair += 1) {
  // In turn, so that what changes with time changes for all alike.
  runs.base.push(await runOf('base'));
  runs.equal.push(await runOf('base'));
  runs.slower.push(await runOf('slower'));
  if (pair % 10 === 9 || pair === pairs - 1) tell(pair + 1);
}

function tell(done: number): void {
  const all = [...runs.base, ...runs.equal, ...runs.slower];
  const invalid = all.filter(({ validity }) => validity.level === 'invalid').length;
  const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
  console.log(
    `\n${done} of ${pairs} pairs: ${all.length} runs in ${minutes} min, ${invalid} of them invalid, ${repeated} repeated`,
  );
  for (const figure of figures) {
    const pairsOf = (next: readonly Report[]) =>
      runs.base.map((base, index) => [[base], [next[index]!]] as const);
    console.log(`${figure}, equal: ${text(countsOf(figure, pairsOf(runs.equal)))}`);
    console.log(`${figure}, +${percent} %: ${text(countsOf(figure, pairsOf(runs.slower)))}`);
  }
  for (const [name, next] of Object.entries({ equal: runs.equal, [`+${percent} %`]: runs.slower })) {
    const [base, other] = [inGroups(runs.base, runsOfSeveral), inGroups(next, runsOfSeveral)];
    const sides = base.map((group, index) => [group, other[index]!] as const);
    console.log(`ttft.p50, ${runsOfSeveral} runs a side, ${name}: ${text(countsOf('ttft.p50', sides))}`);
  }
}
