import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { publishedManifest, workspacePart } from './manifest.ts';
import type { Manifest } from './manifest.ts';

/**
 * Makes the package that is published out of the built workspace: the command with our packages inside, and what others
 * wrote as its dependencies. `node packages/cli/pack/pack.ts [--out FOLDER]` prints the path of the tarball.
 */

const top = resolve(import.meta.dirname, '..', '..', '..');
const packages = join(top, 'packages');

function pack(out: string): string {
  const stage = join(out, 'package');
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  const cli = manifestOf('cli');
  const parts = workspaceParts('cli');
  writeManifest(stage, publishedManifest(cli, parts.map(manifestOf)));
  copyBuilt('cli', stage);
  for (const folder of ['assets', 'bin'])
    cpSync(join(packages, 'cli', folder), join(stage, folder), { recursive: true });
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md'])
    copyFileSync(join(top, name), join(stage, name));
  cpSync(join(top, 'scenarios'), join(stage, 'scenarios'), { recursive: true });
  for (const part of parts) {
    const folder = join(stage, 'node_modules', '@tokenstorm', part);
    copyBuilt(part, folder);
    writeManifest(folder, workspacePart(manifestOf(part)));
  }
  const said = execFileSync('npm', ['pack', '--json', '--pack-destination', out], {
    cwd: stage,
    encoding: 'utf8',
  });
  const [{ filename }] = JSON.parse(said) as [{ filename: string }];
  return join(out, filename);
}

/** Our packages that one needs, with those that they need. */
function workspaceParts(name: string, known: readonly string[] = []): readonly string[] {
  const ours = Object.keys(manifestOf(name).dependencies ?? {}).filter((one) =>
    one.startsWith('@tokenstorm/'),
  );
  return ours
    .map((one) => one.slice('@tokenstorm/'.length))
    .reduce((sum, part) => (sum.includes(part) ? sum : workspaceParts(part, [...sum, part])), known);
}

/** What was built from sources that are still there, without types and tests. */
function copyBuilt(name: string, folder: string): void {
  const dist = join(packages, name, 'dist');
  if (!existsSync(dist)) throw new Error(`packages/${name} is not built: npm run build`);
  cpSync(dist, join(folder, 'dist'), {
    recursive: true,
    filter: (path) => isShipped(relative(dist, path), name),
  });
}

function isShipped(path: string, name: string): boolean {
  if (/(\.d\.ts|\.map|\.tsbuildinfo|\.test\.js|\.fixture\.js)$|__fixtures__/.test(path)) return false;
  const source = join(packages, name, 'src', path.replace(/\.js$/, '.ts'));
  return existsSync(source) || existsSync(join(packages, name, 'src', path));
}

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')) as Manifest;
}

function writeManifest(folder: string, manifest: Manifest): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

const { values } = parseArgs({
  options: { out: { type: 'string', default: join(packages, 'cli', 'dist-pack') } },
});
process.stdout.write(`${pack(resolve(values.out))}\n`);
