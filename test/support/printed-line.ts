import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Resolves when the process prints this line. Rejects where it cannot be started, or ends before. */
export async function untilPrinted(child: ChildProcess, line: string): Promise<void> {
  const { stdout, spawnargs } = child;
  if (stdout === null) throw new Error('The process has no standard output.');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const command = spawnargs.join(' ');
  child.once('error', ({ message }) => reject(new Error(`${command}: ${message}`)));
  child.once('exit', (code) => reject(new Error(`${command} ended with exit code ${code}.`)));
  createInterface({ input: stdout }).on('line', (printed) => {
    if (printed === line) resolve();
  });
  await promise;
}
