import { fileURLToPath } from 'node:url';
import type { Measurement } from './bench.ts';
import type { Figure } from './figure.ts';
import { measureProcess } from './measured-process.ts';
import { clientCore } from './product-run.ts';

const file = fileURLToPath(new URL('../record.bench.ts', import.meta.url));

/** `name: 12.3 ns (goal: at most 60)`, as `support/stopwatch.ts` prints it. */
const line = /^(.+): (\S+) (\S+) \(goal: at most ([\d.]+)/;

/** G6: what recording costs, by `record.bench.ts`. */
export const recording: Measurement = async () => {
  const command = [process.execPath, '--conditions=source', file];
  const { stdout } = await measureProcess(command, { cores: clientCore });
  return stdout.split('\n').flatMap((text) => figureOf(text) ?? []);
};

function figureOf(text: string): Figure | undefined {
  const [, name, value, unit, atMost] = line.exec(text) ?? [];
  if (name === undefined || unit === undefined) return undefined;
  return { goal: 'G6', name, unit, value: Number(value), atMost: Number(atMost) };
}
