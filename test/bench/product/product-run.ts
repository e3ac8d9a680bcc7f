import type { Report } from '@tokenstorm/core';
import type { TruthSummary } from '@tokenstorm/simulator';
import type { SimulatorProcess } from '../../support/simulator.ts';
import { measureProcess } from './measured-process.ts';
import type { ProcessOptions, ProcessResult } from './measured-process.ts';
import { productCommand } from './product-command.ts';
import type { ProductEntry } from './product-command.ts';

/** One run of the product: what it said, what the server knows, what it cost. */
export interface ProductRun {
  readonly report: Report;
  readonly truth: TruthSummary;
  readonly cost: ProcessResult;
}

/** The core of the client, and the server's. */
export const clientCore = '0';
export const serverCore = 1;

/** Keep the pauses of the server's own garbage collection short. */
export const serverNodeFlags = ['--single-threaded-gc', '--min-semi-space-size=2', '--max-semi-space-size=2'];

/** Exit codes of a run that ended with a report: passed, thresholds failed, invalid measurement. */
const reportingCodes = new Set([0, 1, 5]);

/** Runs `tokenstorm run --json` with these flags against a simulator whose truth log is reset first. */
export async function runProduct(
  entry: ProductEntry,
  simulator: SimulatorProcess,
  flags: readonly string[],
  options: ProcessOptions = {},
): Promise<ProductRun> {
  await simulator.reset();
  const reported = await reportOf(entry, simulator.url, flags, options);
  return { ...reported, truth: await simulator.summary() };
}

/** The same against any server, without its truth. Throws where there was no report. */
export async function reportOf(
  entry: ProductEntry,
  url: string,
  flags: readonly string[],
  options: ProcessOptions = {},
): Promise<Omit<ProductRun, 'truth'>> {
  const command = [...productCommand(entry), 'run', '--url', url, '--json', '--ui', 'none', ...flags];
  const cost = await measureProcess(command, { cores: clientCore, ...options });
  if (!reportingCodes.has(cost.exitCode) || cost.stdout === '') {
    throw new Error(
      `${command.join(' ')}\nended with exit code ${cost.exitCode}: ${cost.stderr.slice(-2000)}`,
    );
  }
  return { report: JSON.parse(cost.stdout), cost };
}
