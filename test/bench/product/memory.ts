import type { Bench, Measurement } from './bench.ts';
import { scaled } from './bench.ts';
import type { Figure } from './figure.ts';
import type { ProductEntry } from './product-command.ts';
import { runProduct } from './product-run.ts';

/** G5: resident memory. */
export const memory: Measurement = async (bench) => [
  ...(await smallRun(bench)),
  ...(await openStreams(bench)),
  ...(await longRuns(bench)),
];

async function smallRun(bench: Bench): Promise<Figure[]> {
  const flags = ['--model', 'sim-fast', '--concurrency', '8', '--request-count', '200'];
  return [
    figure('small run (200 requests, 8 users), built', await rssMb(bench, flags, 'built'), 100),
    figure('small run, from source', await rssMb(bench, flags, 'source')),
  ];
}

/** Answers of 12 s with an event a second: 100, 5,000 and 10,000 of them at once. */
async function openStreams(bench: Bench): Promise<Figure[]> {
  const at = (count: number): Promise<number> => {
    const size = String(scaled(bench, count));
    return rssMb(bench, [
      '--model',
      'sim-ttft1000-itl1000-n12',
      '--concurrency',
      size,
      '--request-count',
      size,
    ]);
  };
  const [few, some, many] = [await at(100), await at(5_000), await at(10_000)];
  const perStreamKb = (1_000 * (many - few)) / (scaled(bench, 10_000) - scaled(bench, 100));
  return [
    { ...figure('each further open stream (100 to 10,000)', perStreamKb, 15), unit: 'kB' },
    figure('5,000 open streams', some),
    figure('10,000 open streams', many, 350),
  ];
}

/** One-token answers, 32 users. The million takes minutes: `--long`. */
async function longRuns(bench: Bench): Promise<Figure[]> {
  const after = (count: number): Promise<number> =>
    rssMb(bench, [
      '--model',
      'sim-one',
      '--concurrency',
      '32',
      '--request-count',
      String(scaled(bench, count)),
    ]);
  const short = await after(10_000);
  const figures = [figure('10,000 requests', short), figure('100,000 requests', await after(100_000))];
  if (!bench.long) return figures;
  const long = await after(1_000_000);
  return [
    ...figures,
    figure('1,000,000 requests', long),
    figure('1,000,000 less 10,000 requests', long - short, 0),
  ];
}

async function rssMb(
  bench: Bench,
  flags: readonly string[],
  entry: ProductEntry = bench.entry,
): Promise<number> {
  const { cost, report } = await runProduct(entry, bench.simulator, flags, { sampleMs: 50 });
  if (report.accounting.completed !== report.accounting.scheduled) return Number.NaN;
  return cost.rssPeakMb;
}

function figure(name: string, value: number, atMost?: number): Figure {
  return {
    goal: 'G5',
    name: `RSS peak: ${name}`,
    unit: 'MB',
    value,
    ...(atMost !== undefined && { atMost }),
  };
}
