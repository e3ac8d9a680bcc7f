import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Place } from './namespaces.ts';

const program = fileURLToPath(new URL('round-trips-main.ts', import.meta.url));

/** How long Redis at this URL takes to answer when asked from there, ms: one value for each of `count` questions on one connection. */
export async function roundTripsMs(
  { inside }: Place,
  redisUrl: string,
  count: number,
): Promise<readonly number[]> {
  const { hostname, port } = new URL(redisUrl);
  const [command, ...words] = [...inside, process.execPath, program, hostname, port, String(count)] as const;
  const { stdout } = await promisify(execFile)(command, words);
  return JSON.parse(stdout) as readonly number[];
}
