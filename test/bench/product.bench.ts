import { parseArgs } from 'node:util';
import { simulatorProcess } from '../support/simulator.ts';
import type { Bench, Measurement } from './product/bench.ts';
import { burst } from './product/burst.ts';
import { medians } from './product/figure.ts';
import type { Figure } from './product/figure.ts';
import { figureTable } from './product/figure-table.ts';
import { light } from './product/light.ts';
import { machineLine } from './product/machine.ts';
import { memory } from './product/memory.ts';
import { pacing } from './product/pacing.ts';
import { writeBlock } from './product/performance-document.ts';
import { serverCore, serverNodeFlags } from './product/product-run.ts';
import { recording } from './product/recording.ts';
import { start } from './product/start.ts';
import { streams } from './product/streams.ts';

/**
 * The whole product against its goals: `node --conditions=source test/bench/product.bench.ts`, about 20 minutes.
 * The client is pinned to core 0, the simulator in a process of its own to core 1. `tsc -b` first: some figures are of
 * the built JavaScript.
 *
 *   --goals G1,G3    only these          --rounds 3       of which each figure is the median
 *   --scale 0.1      a shorter trial     --entry source|built
 *   --long           the run of 1,000,000 requests too
 *   --write          put the table into docs/performance.md
 */
const measurements: Readonly<Record<string, Measurement>> = {
  G1: burst,
  G2: streams,
  G3: light,
  G4: pacing,
  G5: memory,
  G6: recording,
  G12: start,
};

/** Memory and recording hardly differ from one round to the next. */
const once = new Set(['G5', 'G6']);

const { values: given } = parseArgs({
  options: {
    goals: { type: 'string', default: Object.keys(measurements).join(',') },
    rounds: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    entry: { type: 'string', default: 'source' },
    long: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const key = new URL('../../packages/worker/src/wire/__fixtures__/localhost.key.pem', import.meta.url)
  .pathname;
const place = { core: serverCore, nodeFlags: serverNodeFlags };
const plain = ['--pacing', 'spin', '--all-models', '{"maxTokens": "ignored"}'];
const rounds: Figure[][] = [];
await using simulator = await simulatorProcess([...plain, '--truth', 'summary'], place);
await using recordingSimulator = await simulatorProcess(plain, place);
await using tlsSimulator = await simulatorProcess(
  [...plain, '--truth', 'summary', '--tls-key', key, '--tls-cert', key.replace('key.pem', 'cert.pem')],
  place,
);
const bench: Bench = {
  entry: given.entry === 'built' ? 'built' : 'source',
  scale: Number(given.scale),
  long: given.long,
  simulator,
  recordingSimulator,
  tlsSimulator,
};
for (let round = 1; round <= Number(given.rounds); round++) rounds.push(await measureAll(round));

const table = figureTable(medians(rounds));
process.stdout.write(`\n${machineLine(rounds.length)}\n\n${table}\n`);
if (given.write) writeBlock('product', `${machineLine(rounds.length)}\n\n${table}`);

async function measureAll(round: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const goal of given.goals.split(',')) {
    if (round > 1 && once.has(goal)) continue;
    const measured = (await measurements[goal]?.(bench)) ?? [];
    process.stderr.write(`round ${round}, ${goal}:\n${figureTable(measured)}\n\n`);
    figures.push(...measured);
  }
  return figures;
}
