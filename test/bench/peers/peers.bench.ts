import { parseArgs } from 'node:util';
import { simulatorProcess } from '../../support/simulator.ts';
import { machineLine } from '../product/machine.ts';
import { writeBlock } from '../product/performance-document.ts';
import { clientCore, serverCore, serverNodeFlags } from '../product/product-run.ts';
import { aiperf } from './aiperf.ts';
import { measurePeer, medianFigures } from './compare.ts';
import type { PeerFigures } from './compare.ts';
import { inferencePerf } from './inference-perf.ts';
import { k6 } from './k6.ts';
import { peerTable } from './peer-table.ts';
import type { PeerRow } from './peer-table.ts';
import { tokenstorm } from './tokenstorm.ts';
import type { Peer } from './workload.ts';

/**
 * Tokenstorm beside its peers, in one run against one simulator: `node --conditions=source test/bench/peers/peers.bench.ts`.
 * README.md says how to install them; one that is missing is reported as missing.
 *
 *   --peers k6,aiperf   only these           --rounds 3      of which each figure is the median
 *   --scale 0.1         a shorter trial      --unpinned      every tool may use both cores
 *   --write             put the table into docs/performance.md
 */
const { values: given } = parseArgs({
  options: {
    peers: { type: 'string', default: 'tokenstorm,k6,inference-perf,aiperf' },
    rounds: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    unpinned: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const peers: Readonly<Record<string, Peer>> = {
  tokenstorm: tokenstorm('source'),
  k6,
  'inference-perf': inferencePerf,
  aiperf,
};
const cores = given.unpinned ? `${clientCore},${serverCore}` : clientCore;
const place = { core: serverCore, nodeFlags: serverNodeFlags };
await using simulator = await simulatorProcess(
  ['--pacing', 'spin', '--truth', 'summary', '--all-models', '{"maxTokens": "ignored"}'],
  place,
);
const comparison = { simulator, cores, scale: Number(given.scale) };
const figures = new Map<string, PeerFigures[]>();
const problems = new Map<string, string>();
for (let round = 1; round <= Number(given.rounds); round++) {
  for (const name of given.peers.split(',')) await measureOnce(name, round);
}

const table = peerTable(given.peers.split(',').map(rowOf));
const line = machineLine(Number(given.rounds));
process.stdout.write(`\n${line}\n\n${table}\n`);
if (given.write) writeBlock(given.unpinned ? 'peers-unpinned' : 'peers', `${line}\n\n${table}`);

async function measureOnce(name: string, round: number): Promise<void> {
  const peer = peers[name];
  const executable = peer?.find();
  if (peer === undefined || executable === undefined) return void problems.set(name, 'missing');
  try {
    const measured = await measurePeer(peer, executable, comparison);
    figures.set(name, [...(figures.get(name) ?? []), measured]);
    process.stderr.write(`round ${round}, ${name}: ${JSON.stringify(measured)}\n`);
  } catch (error) {
    problems.set(name, 'failed');
    process.stderr.write(`round ${round}, ${name}: ${String(error)}\n`);
  }
}

function rowOf(name: string): PeerRow {
  const measured = medianFigures(figures.get(name) ?? []);
  return { name: peers[name]?.name ?? name, figures: measured ?? problems.get(name) ?? 'missing' };
}
