/** A package.json, as far as it is read or written here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly [key: string]: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Large, and loaded only by those who ask for them: `npm install --omit=optional` leaves them out. */
const optionalPackages = new Set(['openai', '@anthropic-ai/sdk', 'gpt-tokenizer', '@huggingface/tokenizers']);

/** The manifest of the published package: those parts of ours are inside it, and what they need from others it needs. */
export function publishedManifest(cli: Manifest, parts: readonly Manifest[]): Manifest {
  const others = othersOf([cli, ...parts]);
  return {
    name: cli.name,
    version: cli.version,
    description: cli['description'],
    keywords: ['load testing', 'llm', 'benchmark', 'ttft', 'openai', 'anthropic', 'vllm'],
    license: cli['license'],
    type: 'module',
    bin: cli['bin'],
    engines: { node: '>=24' },
    files: ['assets', 'bin', 'dist', 'scenarios', 'CHANGELOG.md'],
    dependencies: {
      ...entries(others, (name) => !optionalPackages.has(name)),
      ...Object.fromEntries(parts.map(({ name, version }) => [name, version])),
    },
    optionalDependencies: entries(others, (name) => optionalPackages.has(name)),
    bundleDependencies: parts.map(({ name }) => name),
  };
}

/** The manifest of a part of ours inside the published package, whose dependencies are those of the whole. */
export function workspacePart({ name, version, license }: Manifest): Manifest {
  return { name, version, license, type: 'module', exports: { '.': './dist/index.js' } };
}

/** What others wrote. Throws where two of ours want different versions: only one can be installed. */
function othersOf(manifests: readonly Manifest[]): Record<string, string> {
  const versions: Record<string, string> = {};
  for (const { name: user, dependencies = {} } of manifests) {
    for (const [name, version] of Object.entries(dependencies)) {
      if (name.startsWith('@tokenstorm/')) continue;
      if ((versions[name] ??= version) !== version)
        throw new Error(`${user} wants ${name} ${version}, another part wants ${versions[name]}`);
    }
  }
  return Object.fromEntries(Object.entries(versions).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function entries(
  versions: Readonly<Record<string, string>>,
  isWanted: (name: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(Object.entries(versions).filter(([name]) => isWanted(name)));
}
