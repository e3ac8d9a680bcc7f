import { parseArgs } from 'node:util';
import { simulatorProcess } from '../support/simulator.ts';
import { requestCost } from './distributed/request-cost.ts';
import { merging } from './distributed/merging.ts';
import { snapshotSize } from './distributed/snapshot-size.ts';
import type { Bench } from './product/bench.ts';
import { medians } from './product/figure.ts';
import type { Figure } from './product/figure.ts';
import { figureTable } from './product/figure-table.ts';
import { machineLine } from './product/machine.ts';
import { writeBlock } from './product/performance-document.ts';
import { serverCore, serverNodeFlags } from './product/product-run.ts';

/**
 * What the distributed run costs (goals G7 and G8): `node --conditions=source test/bench/distributed.bench.ts`, some 3 minutes a
 * round. What is measured is pinned to core 0; the simulator, Redis's clients and the rest are on core 1.
 *
 *   --rounds 3       of which each figure is the median
 *   --only G8        one goal
 *   --write          put the table into docs/performance.md
 */
const { values: given } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

const place = { core: serverCore, nodeFlags: serverNodeFlags };
const flags = ['--pacing', 'spin', '--all-models', '{"maxTokens": "ignored"}', '--truth', 'summary'];
const rounds: Figure[][] = [];
for (let round = 1; round <= Number(given.rounds); round += 1) {
  const figures: Figure[] = [];
  if (given.only !== 'G8') {
    await using simulator = await simulatorProcess(flags, place);
    const bench: Bench = {
      entry: 'source',
      scale: 1,
      long: false,
      simulator,
      recordingSimulator: simulator,
      tlsSimulator: simulator,
    };
    figures.push(...(await requestCost(bench)), ...(await snapshotSize()));
  }
  if (given.only !== 'G7') figures.push(...(await merging()));
  process.stderr.write(`round ${round}:\n${figureTable(figures)}\n\n`);
  rounds.push(figures);
}

const table = figureTable(medians(rounds));
process.stdout.write(`\n${machineLine(rounds.length)}\n\n${table}\n`);
if (given.write) writeBlock('distributed', `${machineLine(rounds.length)}\n\n${table}`);
