import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../', import.meta.url));
const text = (path: string) => readFileSync(root + path, 'utf8');

interface Manifest {
  readonly version: string;
  readonly scripts: { readonly tokenstorm: string; readonly setup: string };
}
const manifest = (path: string) => JSON.parse(text(path)) as Manifest;

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly command?: string | readonly string[];
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly container_name?: string;
  readonly deploy?: { readonly resources?: { readonly limits?: Readonly<Record<string, string>> } };
}

const { services } = parse(text('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
};
const everyService = Object.entries(services);
const version = manifest('packages/cli/package.json').version;

describe('the image', () => {
  it('starts Node with the flags that the npm script has', () => {
    const [, ...words] = manifest('package.json').scripts.tokenstorm.split(' ');
    const flags = words.filter((word) => word.startsWith('--') && !word.startsWith('--conditions'));
    expect(text('deploy/docker/tokenstorm')).toContain(
      `exec node ${flags.join(' ')} /app/dist/main.js "$@"\n`,
    );
  });

  it('is built from all packages of the command, by the version of pnpm that a checkout uses', () => {
    const dockerfile = text('deploy/docker/Dockerfile');
    const copied = [...dockerfile.matchAll(/^COPY packages\/(\w+)\/package\.json packages\/\1\/$/gm)];
    const there = globSync('packages/*/package.json', { cwd: root }).map((path) =>
      dirname(path).slice('packages/'.length),
    );
    expect(new Set(copied.map(([, name]) => name))).toEqual(new Set(there));
    const pnpm = /pnpm@[\d.]+/.exec(manifest('package.json').scripts.setup)?.[0];
    expect(dockerfile).toContain(`npm install --global --silent ${pnpm}\n`);
  });

  it('says its version', () => {
    expect(text('deploy/docker/Dockerfile')).toContain(`org.opencontainers.image.version="${version}"`);
  });
});

describe('docker-compose.yml', () => {
  it.each(everyService)('gives %s no right that it does not need, and bounds what it takes', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      deploy: {
        resources: {
          limits: {
            cpus: expect.stringMatching(/\d/),
            memory: expect.stringMatching(/^\d+[MG]$/),
            pids: expect.any(Number),
          },
        },
      },
    });
    expect(service).not.toHaveProperty('privileged');
    expect(service).not.toHaveProperty('network_mode');
  });

  it.each(everyService)('opens ports of %s on the loopback only, each to be changed', (_, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z]+_PORT:-\d+\}:\d+$/);
  });

  it.each(everyService)('pins the image of %s', (_, { image }) => {
    expect(image).toMatch(/^[\w/]+:[\w.-]*\d[\w.-]*$/);
    if (image.startsWith('tokenstorm')) expect(image).toBe(`tokenstorm:${version}`);
  });

  it.each(everyService)('holds no secret of %s', (_, { environment = {} }) => {
    for (const [name, value] of Object.entries(environment)) {
      if (name.endsWith('_API_KEY')) expect(value).toBeNull();
      if (name.endsWith('PASSWORD') && value !== '') expect(value).toMatch(/^\$\{\w+:-local-only\}$/);
      if (name.endsWith('URL')) expect(value).not.toMatch(/\/\/[^/$]*:(?!\$\{)[^/@]*@/);
    }
  });

  it('gives workers longer to end than they take', () => {
    const { command = [], stop_grace_period: stop = '' } = services['worker'] ?? {};
    const grace = Number(/--grace (\d+)s/.exec([command].flat().join(' '))?.[1]);
    expect(Number(/^(\d+)s$/.exec(stop)?.[1])).toBeGreaterThanOrEqual(grace + 10);
  });

  it('lets there be any number of workers', () => {
    expect(services['worker']).not.toHaveProperty('ports');
    expect(everyService.filter(([, { container_name }]) => container_name !== undefined)).toEqual([]);
  });

  it('names in .env.example every variable that it takes, and gives no value to a key', () => {
    const named = [...text('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name ?? '');
    const passedOn = everyService.flatMap(([, { environment = {} }]) =>
      Object.entries(environment).flatMap(([name, value]) => (value === null ? [name] : [])),
    );
    const example = text('.env.example');
    for (const name of [...named, ...passedOn]) expect(example).toMatch(new RegExp(`^# ?${name}=`, 'm'));
    expect(example).not.toMatch(/_API_KEY=\S/);
    // Nothing is set where the file is copied as it is.
    expect(example.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});
