import { existsSync } from 'node:fs';
import { getContainerRuntimeClient, ImageName } from 'testcontainers';
import { installChromium } from './chromium.ts';
import { installPrograms } from './installed-programs.ts';
import { codeCache } from './store.ts';

const images = ['redis:7-alpine', 'influxdb:1.8'];
/** Servers with the Debian packages that they come with. */
const servers = { programs: ['redis-server', 'influxd'], packages: ['redis-server', 'influxdb', 'openssl'] };

/**
 * Sees to it, before the first test, that there are Redis and InfluxDB: in containers where a Docker engine answers, else as
 * programs of this machine, which are installed where that can be done. `TOKENSTORM_TEST_SERVICES` (`docker` or `local`) asks
 * for one of the two. Nothing is skipped where neither can be had: the run fails and says what is missing. A Chromium for the
 * tests of the HTML report is installed in the same way.
 */
export async function setup(): Promise<void> {
  const asked = process.env['TOKENSTORM_TEST_SERVICES'];
  if (asked !== undefined && asked !== 'docker' && asked !== 'local')
    throw new Error(`TOKENSTORM_TEST_SERVICES is docker or local, not ${asked}.`);
  const problem = asked === 'local' ? 'not asked for' : await withoutDocker();
  if (asked === 'docker' && problem !== undefined) throw new Error(`No containers: ${problem}.`);
  if (problem !== undefined) installServers(problem);
  installChromium();
  process.env['TOKENSTORM_TEST_SERVICES'] = problem === undefined ? 'docker' : 'local';
  Object.assign(process.env, codeCache);
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

function installServers(withoutContainers: string): void {
  try {
    installPrograms(servers.programs, servers.packages);
  } catch (cause) {
    throw new Error(`The tests need Redis and InfluxDB 1.x. Start a Docker engine (${withoutContainers}).`, {
      cause,
    });
  }
}
