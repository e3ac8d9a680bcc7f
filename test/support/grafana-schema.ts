import { execFile } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Dashboard } from './grafana-files.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Grafana's own schema, of the first release of version 11 and of a current one: where their packages are. */
const packages = {
  '11.0.0': import.meta.resolve('@grafana/schema-11/package.json'),
  '13.2.3': import.meta.resolve('@grafana/schema/package.json'),
};
type GrafanaVersion = keyof typeof packages;
export const grafanaVersions = Object.keys(packages) as readonly GrafanaVersion[];

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * What is wrong with these dashboards by the types that Grafana makes of its schema in that version: one line each. Nothing
 * may stand in them that the schema does not know, and no enum may have another value.
 */
export async function schemaProblems(
  version: GrafanaVersion,
  dashboards: readonly (readonly [name: string, dashboard: Dashboard])[],
): Promise<readonly string[]> {
  await using folder = await temporaryFolder();
  const files = [];
  for (const [name, dashboard] of dashboards) {
    // A literal: only of those the compiler says that they have too much.
    const text = `import type { Dashboard } from './schema.ts';\nexport const dashboard: Dashboard = ${JSON.stringify(dashboard)};\n`;
    files.push(await folder.write(`${name}.ts`, text));
  }
  await folder.write('schema.ts', readFileSync(`${root}packages/aggregator/grafana/src/schema.ts`, 'utf8'));
  return await compilerProblems(await folder.write('tsconfig.json', settings(version, files)));
}

function settings(version: GrafanaVersion, files: readonly string[]): object {
  const manifest = realpathSync(fileURLToPath(packages[version]));
  const home = dirname(manifest);
  const { types, exports } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    readonly types?: string;
    readonly exports?: Readonly<Record<string, { readonly types: string }>>;
  };
  const entry = types ?? exports?.['.']?.types ?? '';
  return {
    compilerOptions: {
      target: 'es2024',
      module: 'preserve',
      moduleResolution: 'bundler',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      types: [],
      paths: { '@grafana/schema': [`${home}/${entry}`], '@grafana/schema/*': [`${home}/*`] },
    },
    files,
  };
}

function compilerProblems(settingsPath: string): Promise<readonly string[]> {
  const words = ['--project', settingsPath, '--pretty', 'false'];
  return new Promise((resolve) => {
    execFile(`${root}node_modules/.bin/tsc`, words, { maxBuffer: 64 * 1024 * 1024 }, (_, stdout, stderr) => {
      resolve((stdout + stderr).split('\n').filter((line) => /\berror\b/i.test(line)));
    });
  });
}
