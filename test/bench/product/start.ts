import type { Bench, Measurement } from './bench.ts';
import type { Figure } from './figure.ts';
import { measureProcess } from './measured-process.ts';
import { productCommand } from './product-command.ts';
import type { ProductEntry } from './product-command.ts';
import { clientCore, runProduct } from './product-run.ts';

/** G12: from the command to the first request, as the server received it. */
export const start: Measurement = async (bench) => [
  await firstRequest(bench, 'built'),
  await firstRequest(bench, 'source'),
  await help('built', 0.4),
  await help('source'),
];

async function firstRequest(bench: Bench, entry: ProductEntry): Promise<Figure> {
  const simulator = bench.recordingSimulator;
  const { cost } = await runProduct(entry, simulator, [
    '--model',
    'sim-fast',
    '--concurrency',
    '1',
    '--request-count',
    '1',
  ]);
  const [record] = await simulator.records();
  const seconds = ((record?.received_at_epoch_ms ?? Number.NaN) - cost.startedAtEpochMs) / 1000;
  return { goal: 'G12', name: `first request received, ${entry}`, unit: 's', value: seconds, atMost: 1 };
}

async function help(entry: ProductEntry, atMost?: number): Promise<Figure> {
  const { elapsedMs } = await measureProcess([...productCommand(entry), '--help'], { cores: clientCore });
  const figure = { goal: 'G12', name: `--help, ${entry}`, unit: 's', value: elapsedMs / 1000 };
  return atMost === undefined ? figure : { ...figure, atMost };
}
