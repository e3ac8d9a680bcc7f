import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '@tokenstorm/core';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

const top = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
/** Ours first, for the machine's own Node may be older. */
const PATH = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
const mostBytes = 150 * 1024 * 1024;

describe('the published package', () => {
  let folder: TemporaryFolder;
  let tarball = '';

  beforeAll(async () => {
    folder = await temporaryFolder();
    const { stdout } = await run('npm', ['run', '--silent', 'pack', '--', '--out', folder.path], {
      cwd: top,
    });
    tarball = stdout.trim().split('\n').at(-1) ?? '';
  }, 120_000);
  afterAll(async () => {
    await folder[Symbol.asyncDispose]();
  });

  /** npx in an empty folder of a user who has nothing of ours. */
  const npx = (words: readonly string[]) =>
    run('npx', ['--yes', `--package=${tarball}`, '--', 'tokenstorm', ...words], {
      cwd: folder.path,
      env: {
        ...ownEnvironment(),
        PATH,
        npm_config_cache: cacheIn(folder),
        TOKENSTORM_HOME: join(folder.path, 'home'),
      },
      maxBuffer: 2 ** 26,
    });

  it('holds what runs, and nothing of the tests or of the workspace', async () => {
    const { stdout } = await run('tar', ['-tzf', tarball]);
    const files = stdout.trim().split('\n');
    expect(files).toContain('package/bin/tokenstorm.cjs');
    expect(files).toContain('package/node_modules/@tokenstorm/core/dist/index.js');
    expect(files).toContain('package/scenarios/quickstart.yaml');
    expect(files.filter((file) => /\.test\.|\.ts$|__fixtures__|\.map$/.test(file))).toEqual([]);
  });

  it('is run by npx from an empty folder, in less than 150 MB', async () => {
    const scenario = ['run', join(folder.path, 'package/scenarios/quickstart.yaml'), '--with-sim'];
    const { stdout } = await npx([...scenario, '--duration', '3s', '--json', '--allow-invalid']);
    const { accounting, run: facts } = JSON.parse(stdout) as Report;
    expect(accounting.completed).toBe(accounting.scheduled);
    expect(accounting.scheduled).toBeGreaterThan(20);
    expect(facts.name).toBe('quickstart');
    const { stdout: size } = await run('du', ['-sb', await installed(cacheIn(folder))]);
    expect(Number.parseInt(size, 10)).toBeLessThan(mostBytes);
  }, 180_000);

  it('asks for the Node that it needs, and leaves out what is heavy where it is told to', async () => {
    const manifest = JSON.parse(await readFile(join(folder.path, 'package/package.json'), 'utf8')) as {
      readonly engines: unknown;
      readonly optionalDependencies: Readonly<Record<string, string>>;
    };
    expect(manifest.engines).toEqual({ node: '>=24' });
    expect(Object.keys(manifest.optionalDependencies)).toContain('openai');
  });
});

/** Nothing that npm has fetched before is in it. */
function cacheIn({ path }: TemporaryFolder): string {
  return join(path, 'npm');
}

/** This machine's, with its way to the registry, less what the npm that runs the tests says of itself. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const isOfNpm = /^npm_(?!config_(?:registry|https?_proxy|noproxy|cafile|ca)$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOfNpm.test(name)));
}

/** Where npx has put the package, with all that it needs. */
async function installed(cache: string): Promise<string> {
  const [hash = ''] = await readdir(join(cache, '_npx'));
  return join(cache, '_npx', hash, 'node_modules');
}
