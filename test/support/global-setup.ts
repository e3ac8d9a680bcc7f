import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { getContainerRuntimeClient, ImageName } from 'testcontainers';

const images = ['redis:7-alpine', 'influxdb:1.8'];
const programs = ['redis-server', 'influxd'];
const packages = ['redis-server', 'influxdb', 'openssl'];

/**
 * Sees to it, before the first test, that there are Redis and InfluxDB: in containers where a Docker engine answers, else as
 * programs of this machine, which are installed where that can be done. `TOKENSTORM_TEST_SERVICES` (`docker` or `local`) asks
 * for one of the two. Nothing is skipped where neither can be had: the run fails and says what is missing.
 */
export async function setup(): Promise<void> {
  const asked = process.env['TOKENSTORM_TEST_SERVICES'];
  if (asked !== undefined && asked !== 'docker' && asked !== 'local')
    throw new Error(`TOKENSTORM_TEST_SERVICES is docker or local, not ${asked}.`);
  const problem = asked === 'local' ? 'not asked for' : await withoutDocker();
  if (asked === 'docker' && problem !== undefined) throw new Error(`No containers: ${problem}.`);
  if (problem !== undefined) installPrograms(problem);
  process.env['TOKENSTORM_TEST_SERVICES'] = problem === undefined ? 'docker' : 'local';
}

/** Why containers cannot be had; undefined where they can. */
async function withoutDocker(): Promise<string | undefined> {
  if (!existsSync('/var/run/docker.sock') && process.env['DOCKER_HOST'] === undefined)
    return 'there is no Docker engine';
  try {
    const { image } = await getContainerRuntimeClient();
    for (const name of images)
      await image.pull(ImageName.fromString(name), { force: false, platform: undefined });
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function installPrograms(withoutContainers: string): void {
  if (missingPrograms().length === 0) return;
  if (process.getuid?.() === 0 && isOnPath('apt-get')) install();
  const missing = missingPrograms();
  if (missing.length === 0) return;
  throw new Error(
    [
      `The tests need Redis and InfluxDB 1.x, and ${missing.join(' and ')} cannot be found.`,
      `Either start a Docker engine (${withoutContainers}),`,
      `or install them: on Debian or Ubuntu, sudo apt-get install ${packages.join(' ')}`,
    ].join('\n'),
  );
}

function install(): void {
  process.stderr.write(`Installing ${packages.join(', ')} for the tests.\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (...words: string[]) =>
    execFileSync('apt-get', words, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    aptGet('update', '-qq');
    aptGet('install', '-y', '-qq', '--no-install-recommends', ...packages);
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  }
}

function missingPrograms(): readonly string[] {
  return programs.filter((program) => !isOnPath(program));
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}
