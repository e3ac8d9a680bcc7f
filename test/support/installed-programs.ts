import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Sees to it that there are these programs, out of Debian packages where that can be done. Throws where one is missing then. */
export function installPrograms(programs: readonly string[], packages: readonly string[]): void {
  if (missingOf(programs).length === 0) return;
  if (process.getuid?.() === 0 && isOnPath('apt-get')) install(packages);
  const missing = missingOf(programs);
  if (missing.length === 0) return;
  throw new Error(
    `${missing.join(' and ')} cannot be found. On Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}`,
  );
}

/** Somebody else may be installing something. */
const patience = ['-o', 'DPkg::Lock::Timeout=300'];

function install(packages: readonly string[]): void {
  process.stderr.write(`Installing ${packages.join(', ')} for the tests.\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (...words: string[]) =>
    execFileSync('apt-get', [...patience, ...words], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    aptGet('update', '-qq');
    aptGet('install', '-y', '-qq', '--no-install-recommends', ...packages);
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  }
}

function missingOf(programs: readonly string[]): readonly string[] {
  return programs.filter((program) => !isOnPath(program));
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}
