import { join } from 'node:path';
import { readReferences, readSourceFiles, readWorkspace } from './workspace.ts';
import type { SourceFile, WorkspacePackage } from './workspace.ts';

/** What one package may depend on: packages of ours by folder, and third-party ones by name. */
export interface AllowedDependencies {
  readonly ours: readonly string[];
  readonly thirdParty: readonly string[];
}

export type ArchitectureTable = Readonly<Record<string, AllowedDependencies>>;

const maxLines = 300;
/** Node modules that core may use, by file: everything else in it is pure. */
const coreNodeImports: Readonly<Record<string, readonly string[]>> = {
  'packages/core/src/metrics/histogram-codec.ts': ['node:zlib'],
};

/** Every way in which a workspace departs from the table and from the rules for imports and sizes, one line each. */
export function checkArchitecture(root: string, table: ArchitectureTable): readonly string[] {
  const packages = readWorkspace(root);
  return [
    ...checkNames(packages, table),
    ...checkRootReferences(root, packages),
    ...packages.flatMap((found) => checkDependencies(found, packages, table)),
    ...packages.flatMap((found) => found.files.flatMap((file) => checkImports(file, found, packages))),
    ...checkCycles(packages),
    ...[...packages.flatMap(({ files }) => files), ...readSourceFiles(root, join(root, 'test'))].flatMap(
      checkSize,
    ),
  ];
}

function checkNames(packages: readonly WorkspacePackage[], table: ArchitectureTable): readonly string[] {
  return difference(
    'packages/',
    packages.map(({ folder }) => folder),
    Object.keys(table),
  );
}

function checkRootReferences(root: string, packages: readonly WorkspacePackage[]): readonly string[] {
  const expected = [...packages.map(({ folder }) => folder), 'test'];
  return difference('tsconfig.json references', readReferences(join(root, 'tsconfig.json')), expected);
}

function checkDependencies(
  found: WorkspacePackage,
  packages: readonly WorkspacePackage[],
  table: ArchitectureTable,
): readonly string[] {
  const allowed = table[found.folder] ?? { ours: [], thirdParty: [] };
  const folders = new Map(packages.map(({ name, folder }) => [name, folder]));
  const ours = found.dependencies.flatMap((name) => folders.get(name) ?? []);
  const thirdParty = found.dependencies.filter((name) => !folders.has(name));
  return [
    ...difference(`${found.folder} depends on ours`, ours, allowed.ours),
    ...difference(`${found.folder} depends on third-party`, thirdParty, allowed.thirdParty),
    ...difference(`${found.folder}/tsconfig.json references`, found.references, allowed.ours),
    ...found.devDependencies
      .filter((name) => folders.has(name))
      .map((name) => `${found.folder} has ${name} as a devDependency: its tests belong into test/`),
  ];
}

function difference(what: string, found: readonly string[], expected: readonly string[]): readonly string[] {
  return [
    ...found.filter((name) => !expected.includes(name)).map((name) => `${what}: ${name} is not in the table`),
    ...expected.filter((name) => !found.includes(name)).map((name) => `${what}: ${name} is missing`),
  ];
}

function checkImports(
  file: SourceFile,
  owner: WorkspacePackage,
  packages: readonly WorkspacePackage[],
): readonly string[] {
  return file.imports.flatMap((specifier) => {
    const problem = checkImport(specifier, file, owner, packages);
    return problem === undefined ? [] : [`${file.path} imports ${specifier}: ${problem}`];
  });
}

function checkImport(
  specifier: string,
  file: SourceFile,
  owner: WorkspacePackage,
  packages: readonly WorkspacePackage[],
): string | undefined {
  if (specifier.startsWith('.')) return checkRelative(specifier, file, owner);
  if (specifier.startsWith('node:')) return checkNode(specifier, file, owner);
  const name = packageName(specifier);
  const declared = file.isTest
    ? [...owner.dependencies, ...owner.devDependencies, 'vitest']
    : owner.dependencies;
  if (!declared.includes(name)) return `${owner.folder} does not declare it`;
  const target = packages.find((candidate) => candidate.name === name);
  const isDeep = target !== undefined && !target.exported.includes(specifier);
  return isDeep ? 'not among its exports' : undefined;
}

function checkRelative(specifier: string, file: SourceFile, owner: WorkspacePackage): string | undefined {
  const resolved = join(file.path, '..', specifier);
  if (!resolved.startsWith(join('packages', owner.folder, 'src'))) return 'leaves the package';
  return /\.(ts|json)$/.test(specifier) ? undefined : 'a relative import ends in .ts';
}

function checkNode(specifier: string, file: SourceFile, owner: WorkspacePackage): string | undefined {
  if (owner.folder !== 'core' || file.isTest) return undefined;
  return coreNodeImports[file.path]?.includes(specifier) === true ? undefined : 'core is pure';
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Packages that can be reached from themselves. */
function checkCycles(packages: readonly WorkspacePackage[]): readonly string[] {
  const byName = new Map(packages.map((found) => [found.name, found]));
  return packages
    .filter((found) => reachable(found, byName).has(found.name))
    .map(({ folder }) => `${folder} is in a cycle`);
}

function reachable(
  start: WorkspacePackage,
  byName: ReadonlyMap<string, WorkspacePackage>,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...start.dependencies];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    open.push(...(byName.get(name)?.dependencies ?? []));
  }
  return reached;
}

function checkSize({ path, lines }: SourceFile): readonly string[] {
  return lines > maxLines ? [`${path} has ${lines} lines, more than ${maxLines}`] : [];
}
