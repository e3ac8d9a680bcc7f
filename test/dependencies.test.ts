import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './support/temporary-folder.ts';
import type { TemporaryFolder } from './support/temporary-folder.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Licences that let anybody use and pass on what is delivered, without a condition on the whole. */
const permissive: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Unlicense',
]);

interface Component {
  readonly name: string;
  readonly group?: string;
  readonly version: string;
  readonly licenses?: readonly {
    readonly license?: { readonly id?: string; readonly name?: string };
    readonly expression?: string;
  }[];
}

interface Vulnerability {
  readonly severity: string;
}

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

/** A registry that knows these vulnerabilities of undici; undefined: one that is not asked for any. */
async function registry(known: readonly Vulnerability[] | undefined) {
  const advisories = (known ?? []).map(({ severity }, id) => ({
    id,
    severity,
    title: `Trouble ${id}`,
    url: `https://advisories.test/${id}`,
    vulnerable_versions: '<99.0.0',
    cwe: [],
    cvss: { score: 5, vectorString: null },
  }));
  const server = createServer((request, response) => {
    const isAsked = request.url?.includes('advisories') === true && known !== undefined;
    response.writeHead(isAsked ? 200 : 405, { 'content-type': 'application/json' });
    response.end(JSON.stringify(advisories.length > 0 ? { undici: advisories } : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `.ci/dependencies` against a registry that knows these. */
async function check(known?: readonly Vulnerability[]) {
  await using server = await registry(known);
  return await runScript(['audit', '--registry', server.url]);
}

async function runScript(words: readonly string[]) {
  return await new Promise<{ readonly exitCode: unknown; readonly stdout: string }>((resolve) => {
    execFile(join(root, '.ci/dependencies'), words, (error, stdout) =>
      resolve({ exitCode: error === null ? 0 : error.code, stdout }),
    );
  });
}

describe('.ci/dependencies', { timeout: 60_000 }, () => {
  it('says plainly that a registry does not tell of vulnerabilities, and passes', async () => {
    const { exitCode, stdout } = await check();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^== audit: NOT CHECKED, .*405/m);
  });

  it('passes where none is severe, and names what is known', async () => {
    expect(await check([])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('0 known vulnerabilities'),
    });
    const mild = await check([{ severity: 'moderate' }]);
    expect(mild.exitCode).toBe(0);
    expect(mild.stdout).toContain('moderate: undici <99.0.0: Trouble 0 (https://advisories.test/0)');
  });

  it('fails where one is severe', async () => {
    const { exitCode, stdout } = await check([{ severity: 'low' }, { severity: 'critical' }]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('2 known vulnerabilities, 1 of high or critical severity');
  });

  it('writes a parts list with every direct dependency in the version that is installed, all under permissive licences', async () => {
    const path = join(folder.path, 'sbom.json');
    expect(await runScript(['sbom', '--out', path])).toMatchObject({ exitCode: 0 });
    const sbom = JSON.parse(readFileSync(path, 'utf8')) as {
      readonly bomFormat: string;
      readonly components: readonly Component[];
    };
    expect(sbom.bomFormat).toBe('CycloneDX');
    const listed = new Map(sbom.components.map((component) => [nameOf(component), component]));
    const direct = directDependencies();
    expect(direct.length).toBeGreaterThan(8);
    for (const { name, version } of direct)
      expect([name, listed.get(name)?.version]).toEqual([name, version]);
    const others = sbom.components.filter(
      (component) => !licencesOf(component).every((id) => permissive.has(id)),
    );
    expect(others.map((component) => `${nameOf(component)}: ${licencesOf(component).join(', ')}`)).toEqual(
      [],
    );
  });
});

function nameOf({ group, name }: Component): string {
  return group === undefined || group === '' ? name : `${group}/${name}`;
}

/** `unknown` where there is none. Of licences that one may choose from, those that are permissive are chosen. */
function licencesOf({ licenses = [] }: Component): readonly string[] {
  const ids = licenses.flatMap(({ license, expression }) => {
    const choices = (expression ?? license?.id ?? license?.name ?? 'unknown')
      .replaceAll(/[()]/g, '')
      .split(' OR ');
    const chosen = choices.find((choice) => choice.split(' AND ').every((id) => permissive.has(id)));
    return (chosen ?? choices[0] ?? 'unknown').split(' AND ');
  });
  return ids.length > 0 ? ids : ['unknown'];
}

/** What the packages that are delivered ask for, in the versions that are installed. */
function directDependencies(): readonly { readonly name: string; readonly version: string }[] {
  return globSync('packages/*', { cwd: root }).flatMap((path) => {
    const { dependencies = {} } = manifest(join(root, path)) as {
      dependencies?: Readonly<Record<string, string>>;
    };
    const names = Object.entries(dependencies).flatMap(([name, wanted]) =>
      wanted.startsWith('workspace:') ? [] : [name],
    );
    return names.map((name) => ({
      name,
      version: String(manifest(join(root, path, 'node_modules', name))['version']),
    }));
  });
}

function manifest(path: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>;
}
