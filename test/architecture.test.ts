import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkArchitecture } from './support/architecture/check-architecture.ts';
import type { ArchitectureTable } from './support/architecture/check-architecture.ts';
import { importsOf } from './support/architecture/workspace.ts';

/** Who may depend on whom. A change here is a change of the architecture: give its reason in DECISIONS.md. */
const table: ArchitectureTable = {
  core: { ours: [], thirdParty: ['csv-parse', 'fastest-levenshtein', 'yaml', 'zod'] },
  providers: { ours: ['core'], thirdParty: [] },
  transport: { ours: ['core'], thirdParty: ['bullmq', 'ioredis', 'msgpackr'] },
  worker: {
    ours: ['core', 'providers'],
    thirdParty: ['@anthropic-ai/sdk', '@huggingface/tokenizers', 'gpt-tokenizer', 'openai', 'undici'],
  },
  coordinator: { ours: ['core'], thirdParty: [] },
  aggregator: { ours: ['core'], thirdParty: ['influx'] },
  simulator: { ours: [], thirdParty: [] },
  cli: {
    ours: ['core', 'providers', 'transport', 'worker', 'coordinator', 'aggregator', 'simulator'],
    thirdParty: ['commander', 'csv-parse', 'fast-xml-builder', 'msgpackr', 'prom-client', 'uplot'],
  },
};

const root = resolve(import.meta.dirname, '..');

describe('the architecture', () => {
  it('is the one in the table', () => {
    expect(checkArchitecture(root, table)).toEqual([]);
  });
});

describe('checkArchitecture, on a copy with a violation', () => {
  const copy = mkdtempSync(join(tmpdir(), 'tokenstorm-architecture-'));

  beforeAll(() => {
    for (const part of ['packages', 'test', 'tsconfig.json']) {
      cpSync(join(root, part), join(copy, part), { recursive: true, filter: isSource });
    }
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  it('finds nothing in the copy itself', () => {
    expect(checkArchitecture(copy, table)).toEqual([]);
  });

  it.each<readonly [string, string, (text: string) => string, string]>([
    [
      'a Node module in core',
      'packages/core/src/clock.ts',
      before("import 'node:fs';\n"),
      'packages/core/src/clock.ts imports node:fs: core is pure',
    ],
    [
      'core using what stands above it',
      'packages/core/src/clock.ts',
      before("export * from '@tokenstorm/worker';\n"),
      'packages/core/src/clock.ts imports @tokenstorm/worker: core does not declare it',
    ],
    [
      'the simulator using what it judges',
      'packages/simulator/src/index.ts',
      before("import type { Clock } from '@tokenstorm/core';\n"),
      'packages/simulator/src/index.ts imports @tokenstorm/core: simulator does not declare it',
    ],
    [
      'an undeclared package, loaded late',
      'packages/coordinator/src/index.ts',
      before("void import('undici');\n"),
      'packages/coordinator/src/index.ts imports undici: coordinator does not declare it',
    ],
    [
      'an import past the exports',
      'packages/worker/src/index.ts',
      before("export {\n  type Clock,\n} from '@tokenstorm/core/src/clock.ts';\n"),
      'packages/worker/src/index.ts imports @tokenstorm/core/src/clock.ts: not among its exports',
    ],
    [
      'a path into another package',
      'packages/worker/src/index.ts',
      before("import '../../core/src/clock.ts';\n"),
      'packages/worker/src/index.ts imports ../../core/src/clock.ts: leaves the package',
    ],
    [
      'a file of 301 lines',
      'packages/core/src/clock.ts',
      () => '//\n'.repeat(301),
      'packages/core/src/clock.ts has 301 lines, more than 300',
    ],
    [
      'a dependency that the table does not have',
      'packages/transport/package.json',
      replace('"dependencies": {', '"dependencies": { "left-pad": "1.0.0",'),
      'transport depends on third-party: left-pad is not in the table',
    ],
    [
      'a cycle',
      'packages/core/package.json',
      replace('"dependencies": {', '"dependencies": { "@tokenstorm/worker": "workspace:*",'),
      'core is in a cycle',
    ],
    [
      'a reference without the dependency',
      'packages/transport/tsconfig.json',
      replace('"references": [', '"references": [{ "path": "../worker" },'),
      'transport/tsconfig.json references: worker is not in the table',
    ],
    [
      'a package that the build leaves out',
      'tsconfig.json',
      replace('"packages/worker"', '"packages/other"'),
      'tsconfig.json references: worker is missing',
    ],
    [
      'one of ours as a devDependency',
      'packages/coordinator/package.json',
      replace(
        '"dependencies": {',
        '"devDependencies": { "@tokenstorm/worker": "workspace:*" }, "dependencies": {',
      ),
      'coordinator has @tokenstorm/worker as a devDependency: its tests belong into test/',
    ],
  ])('finds %s', (_, path, violate, problem) => {
    const file = join(copy, path);
    const text = readFileSync(file, 'utf8');
    expect(violate(text)).not.toBe(text);
    writeFileSync(file, violate(text));
    try {
      expect(checkArchitecture(copy, table)).toContain(problem);
    } finally {
      writeFileSync(file, text);
    }
  });

  it('finds a package that is not in the table', () => {
    const { worker: _, ...others } = table;
    expect(checkArchitecture(copy, others)).toContain('packages/: worker is not in the table');
  });
});

describe('importsOf', () => {
  it('sees every form of import and no other text', () => {
    const text = [
      "import a from 'a';",
      "import type { b } from 'b';",
      "import {\n  c,\n  d,\n} from 'c';",
      "import 'd';",
      "export * from 'e';",
      "export type { f } from 'f';",
      "const g = await import('g');",
      "const text = 'not from here';",
      "// words from 'nowhere'",
      "export const h = 'h';",
    ].join('\n');
    expect(importsOf(text)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });
});

function isSource(path: string): boolean {
  return !['node_modules', 'dist'].includes(basename(path));
}

function before(text: string): (original: string) => string {
  return (original) => text + original;
}

function replace(found: string, replacement: string): (original: string) => string {
  return (original) => original.replace(found, replacement);
}
