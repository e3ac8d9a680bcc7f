import { startContainer } from './container-service.ts';
import { startLocal } from './local-service.ts';
import type { Place } from './namespaces.ts';
import type { Service, ServiceKind } from './service.ts';

export type { Service } from './service.ts';

export interface RedisOptions {
  /** Options as on redis-server's command line, after its port and folder: `['--appendonly', 'yes']`. Default: nothing is kept on disk. */
  readonly config?: readonly string[];
  /** Files, by name, in the folder in which it runs: options name them without a path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Its only port speaks TLS; the certificate is for `config` to name. */
  readonly tls?: boolean;
  /** In a network namespace: always as a program of this machine. Default: reached on the loopback. */
  readonly place?: Place;
}

/** A Redis server of the test's own, ready to be asked. `url` names neither user nor password. */
export async function startRedis(options: RedisOptions = {}): Promise<Service & { readonly url: string }> {
  const { config = ['--save', '', '--appendonly', 'no'], files = {}, tls = false, place } = options;
  const ports = (port: number) =>
    tls ? ['--port', '0', '--tls-port', String(port)] : ['--port', String(port)];
  const kind: ServiceKind = {
    image: 'redis:7-alpine',
    command: (port, host) => [
      'redis-server',
      ...ports(port),
      '--bind',
      host,
      '--protected-mode',
      'no',
      ...config,
    ],
    files,
    isReady: async () => true,
  };
  const scheme = tls ? 'rediss' : 'redis';
  if (place === undefined) return withUrl(await start(kind), scheme);
  return withUrl(await startLocal(kind, place), scheme, place.address);
}

/** An InfluxDB server (1.x) of the test's own, ready to be asked; `auth` makes it ask for users, of whom the first one is made without. */
export async function startInflux({ auth = false } = {}): Promise<Service & { readonly url: string }> {
  const service = await start({
    image: 'influxdb:1.8',
    command: () => ['influxd', '-config', 'influxdb.conf'],
    files: (port, host) => ({ 'influxdb.conf': influxConfig(port, host, auth) }),
    isReady: async (port) => (await fetch(`http://127.0.0.1:${port}/ping`)).status === 204,
  });
  return withUrl(service, 'http');
}

/** Where the services of this test run come from; decided once, before the first test (global-setup.ts). */
function start(kind: ServiceKind): Promise<Service> {
  return process.env['TOKENSTORM_TEST_SERVICES'] === 'docker' ? startContainer(kind) : startLocal(kind);
}

function withUrl(service: Service, scheme: string, host = '127.0.0.1'): Service & { readonly url: string } {
  return Object.assign(service, { url: `${scheme}://${host}:${service.port}` });
}

function influxConfig(port: number, host: string, auth: boolean): string {
  return [
    'reporting-disabled = true',
    'bind-address = "127.0.0.1:0"',
    '[meta]\ndir = "meta"',
    '[data]\ndir = "data"\nwal-dir = "wal"\nquery-log-enabled = false',
    `[http]\nbind-address = "${host}:${port}"\nlog-enabled = false\nauth-enabled = ${auth}`,
    '[monitor]\nstore-enabled = false',
    '',
  ].join('\n');
}
