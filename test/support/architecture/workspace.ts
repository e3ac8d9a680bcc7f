import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/** One package as it stands on disk. */
export interface WorkspacePackage {
  /** Folder under `packages/`. */
  readonly folder: string;
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  /** Specifiers that others may import: the name, and the name with each exported subpath. */
  readonly exported: readonly string[];
  /** Folders of the packages that `tsconfig.json` refers to. */
  readonly references: readonly string[];
  readonly files: readonly SourceFile[];
}

export interface SourceFile {
  /** From the workspace's root, with forward slashes. */
  readonly path: string;
  readonly isTest: boolean;
  readonly lines: number;
  readonly imports: readonly string[];
}

/** Every package under `packages/` of a workspace, in the order of their folders. */
export function readWorkspace(root: string): readonly WorkspacePackage[] {
  return readdirSync(join(root, 'packages'))
    .toSorted()
    .filter((folder) => existsSync(join(root, 'packages', folder, 'package.json')))
    .map((folder) => readPackage(root, folder));
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
}

function readPackage(root: string, folder: string): WorkspacePackage {
  const home = join(root, 'packages', folder);
  const manifest = readJson(join(home, 'package.json')) as Manifest;
  return {
    folder,
    name: manifest.name,
    dependencies: Object.keys(manifest.dependencies ?? {}),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
    exported: Object.keys(manifest.exports ?? {}).map((subpath) => manifest.name + subpath.slice(1)),
    references: readReferences(join(home, 'tsconfig.json')),
    files: readSourceFiles(root, join(home, 'src')),
  };
}

/** Folder names in the `references` of a `tsconfig.json`. */
export function readReferences(path: string): readonly string[] {
  const { references = [] } = readJson(path) as { references?: readonly { path: string }[] };
  return references.map((reference) => basename(reference.path));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Every TypeScript file below a folder. */
export function readSourceFiles(root: string, folder: string): readonly SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'),
    )
    .map((entry) => readSourceFile(root, join(entry.parentPath, entry.name)));
}

function readSourceFile(root: string, path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  return {
    path: relative(root, path).replaceAll('\\', '/'),
    isTest: path.endsWith('.test.ts'),
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports: importsOf(text),
  };
}

const importPatterns = [
  /^\s*(?:import|export)\s(?:[^;'"`]*?\sfrom\s*)?['"]([^'"]+)['"]/gm,
  /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
];

/** The specifiers that a source text imports or exports from, statically or by `import()`. */
export function importsOf(text: string): readonly string[] {
  return importPatterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, specifier]) => specifier ?? ''),
  );
}
