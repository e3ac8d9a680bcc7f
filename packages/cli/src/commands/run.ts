import type { Report } from '@tokenstorm/core';
import type { RunOptions } from '../flags/run-options.ts';
import { runLocally } from '../run/local-run.ts';
import { runDistributed } from './run-distributed.ts';

/** `tokenstorm run`: measures what the scenario asks for, and reports: by `print` where one is given. Returns the exit code. */
export async function runCommand(options: RunOptions, print?: (report: Report) => void): Promise<number> {
  const { distributed } = options;
  return distributed === undefined ? runLocally(options, print) : runDistributed(options, distributed, print);
}
