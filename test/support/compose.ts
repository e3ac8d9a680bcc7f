import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ownPort } from './service.ts';
import type { CommandEnd } from './command.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** All services but Grafana, whose image may not be there to be had. */
const own = ['redis', 'influxdb', 'aggregator', 'worker', 'simulator'] as const;

/** A container of a service, as the engine describes it. */
export interface Container {
  /** Its host name too: the first twelve digits of its id. */
  readonly id: string;
  readonly name: string;
  readonly isRunning: boolean;
  readonly exitCode: number;
  readonly restarts: number;
  /** Of its first process, on the machine of the engine; 0 where it does not run. */
  readonly pid: number;
}

/** The services of docker-compose.yml under a project of their own, on ports of their own. Disposing ends them, and their data. */
export class Compose implements AsyncDisposable {
  readonly simulatorUrl: string;
  readonly services: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(services: readonly string[], ports: Readonly<Record<string, string>>) {
    this.services = services;
    this.simulatorUrl = `http://127.0.0.1:${ports['SIMULATOR_PORT']}`;
    this.#environment = { COMPOSE_PROJECT_NAME: `tokenstorm-test-${process.pid}`, ...ports };
  }

  /** With the image built from this checkout. Throws one message where there is no engine or no Compose. */
  static async prepare(): Promise<Compose> {
    await assertThere();
    const ports: Record<string, string> = {};
    for (const name of ['SIMULATOR_PORT', 'INFLUXDB_PORT', 'AGGREGATOR_PORT', 'GRAFANA_PORT'])
      ports[name] = String(await ownPort());
    const grafana = (await hasGrafana()) ? ['grafana'] : [];
    const compose = new Compose([...own, ...grafana], ports);
    await compose.must('build', 'worker');
    return compose;
  }

  /** Brings all services up, with so many workers; where they `wait`, until all of them are healthy. */
  async up(workers: number, { wait = false } = {}): Promise<void> {
    await this.must(
      'up',
      '-d',
      ...(wait ? ['--wait'] : []),
      '--scale',
      `worker=${workers}`,
      ...this.services,
    );
  }

  /** `docker compose` with these words, to its end. */
  compose(...words: readonly string[]): Promise<CommandEnd> {
    return docker(['compose', ...words], this.#environment);
  }

  /** The same, where nothing else than success will do. */
  async must(...words: readonly string[]): Promise<CommandEnd> {
    const end = await this.compose(...words);
    if (end.exitCode !== 0)
      throw new Error(`docker compose ${words.join(' ')}:\n${end.stdout}\n${end.stderr}`);
    return end;
  }

  /** `tokenstorm` with these words in a coordinator's container of its own. */
  coordinator(...words: readonly string[]): Promise<CommandEnd> {
    return this.compose('run', '--rm', '-T', 'coordinator', ...words);
  }

  /** A service's containers that run or have ended. */
  async containers(service: string): Promise<readonly Container[]> {
    const { stdout } = await this.must('ps', '-a', '-q', service);
    const ids = stdout.split('\n').filter((id) => id !== '');
    if (ids.length === 0) return [];
    const inspected = await docker(['inspect', ...ids]);
    return (JSON.parse(inspected.stdout) as readonly InspectedContainer[]).map(containerOf);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.must('down', '--volumes', '--timeout', '5');
  }
}

/** `docker` with these words, to its end. */
export function docker(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 ** 2 };
    execFile('docker', words, options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ exitCode, stdout, stderr: exitCode === null ? `${error?.message}\n${stderr}` : stderr });
    });
  });
}

interface InspectedContainer {
  readonly Id: string;
  readonly Name: string;
  readonly RestartCount: number;
  readonly State: { readonly Running: boolean; readonly ExitCode: number; readonly Pid: number };
}

function containerOf({ Id, Name, RestartCount, State }: InspectedContainer): Container {
  return {
    id: Id.slice(0, 12),
    name: Name.slice(1),
    isRunning: State.Running,
    exitCode: State.ExitCode,
    restarts: RestartCount,
    pid: State.Pid,
  };
}

async function assertThere(): Promise<void> {
  const engine = await docker(['info', '--format', '{{.ServerVersion}}']);
  const plugIn = await docker(['compose', 'version', '--short']);
  if (engine.exitCode === 0 && plugIn.exitCode === 0) return;
  const missing = engine.exitCode === 0 ? 'the plug-in docker compose' : 'a Docker engine';
  const { stderr } = engine.exitCode === 0 ? plugIn : engine;
  throw new Error(
    `These tests need a Docker engine and docker compose v2: ${missing} is missing.\n${stderr}`,
  );
}

/** Whether Grafana's image is here, or can be pulled. */
async function hasGrafana(): Promise<boolean> {
  const { stdout } = await docker(['compose', 'config', '--images', 'grafana']);
  const image = stdout.split('\n').find((name) => name.includes('grafana')) ?? '';
  if ((await docker(['image', 'inspect', image])).exitCode === 0) return true;
  return (await docker(['pull', '--quiet', image])).exitCode === 0;
}
