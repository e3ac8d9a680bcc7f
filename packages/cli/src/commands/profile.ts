import type { RunOptions } from '../flags/run-options.ts';
import { profileText } from '../profile/profile-text.ts';
import { printText } from '../run/print-text.ts';
import { layoutOf } from '../run/write-report.ts';
import { runCommand } from './run.ts';

/** `tokenstorm profile`: measures one model, and shows it in the layout of a profile. Returns the exit code of the run. */
export async function profileCommand(options: RunOptions): Promise<number> {
  if (options.json) return runCommand(options);
  return runCommand(options, (report) => {
    printText(profileText(report, layoutOf(process.stdout, options.color)));
  });
}
