import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { parseScenario } from '@tokenstorm/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { autoscalerProblems } from './support/kubernetes/autoscaler-rules.ts';
import { ofKind } from './support/kubernetes/object.ts';
import type { KubernetesObject } from './support/kubernetes/object.ts';
import { mutations } from './support/kubernetes/mutations.ts';
import type { Draft } from './support/kubernetes/mutations.ts';
import { argumentsOf, podProblems, secondsOf } from './support/kubernetes/pod-rules.ts';
import { referenceProblems } from './support/kubernetes/reference-rules.ts';
import type { SecretKeys } from './support/kubernetes/reference-rules.ts';
import { kubernetesFolder, render } from './support/kubernetes/render.ts';
import { schemaProblems } from './support/kubernetes/schema.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const kustomizations = ['overlays/eu-west', 'overlays/us-east', 'overlays/without-keda', 'run'];

/** What is rendered, by the folder in `deploy/kubernetes/`. */
const rendered = new Map<string, readonly KubernetesObject[]>();
let secrets: SecretKeys = {};

beforeAll(async () => {
  for (const folder of kustomizations) rendered.set(folder, await render(kubernetesFolder + folder));
  secrets = Object.fromEntries(
    ofKind(await renderedExamples(), 'Secret').map(({ metadata, data = {} }) => [
      metadata?.name ?? '',
      Object.keys(data),
    ]),
  );
});

const of = (folder: string) => structuredClone(rendered.get(folder)) as KubernetesObject[];

/** The rules are for objects that are what their kind says. */
function problemsOf(objects: readonly KubernetesObject[]): readonly string[] {
  const problems = objects.flatMap(schemaProblems);
  if (problems.length > 0) return problems;
  return [...podProblems(objects), ...referenceProblems(objects, secrets), ...autoscalerProblems(objects)];
}

describe('deploy/kubernetes', () => {
  it.each(kustomizations)(
    '%s is right by the schemas of Kubernetes and KEDA, and by our own rules',
    (folder) => {
      expect(problemsOf(of(folder))).toEqual([]);
      expect(of(folder).map(({ metadata }) => metadata.namespace)).toEqual(
        of(folder).map(() => 'tokenstorm'),
      );
    },
  );

  it('has workers in each region, and aggregators of which one stands by', () => {
    const names = (folder: string) => ofKind(of(folder), 'Deployment').map(({ metadata }) => metadata?.name);
    expect(names('overlays/eu-west')).toEqual(['tokenstorm-aggregator', 'tokenstorm-worker-eu-west']);
    expect(names('overlays/us-east')).toEqual(['tokenstorm-worker-us-east']);
    expect(names('overlays/without-keda')).toEqual(['tokenstorm-aggregator', 'tokenstorm-worker-default']);
    const aggregator = ofKind(of('overlays/eu-west'), 'Deployment')[0];
    expect(aggregator?.spec?.replicas).toBe(2);
  });

  it('lets each request of a scenario that sets no timeouts, and of its example, finish', () => {
    const context = {
      env: {},
      checksWorkerEnvironment: false,
      readText: () => '',
      hash: (text: string) => createHash('sha256').update(text).digest('hex'),
    };
    const path = `${kubernetesFolder}run/scenario.yaml`;
    const { scenario } = parseScenario({ path, text: readFileSync(path, 'utf8') }, context);
    const longestSeconds = Math.max(...scenario.workloads.map(({ timeouts }) => timeouts.totalMs)) / 1000;
    expect(longestSeconds).toBe(300);
    const worker = ofKind(of('overlays/us-east'), 'Deployment')[0]?.spec?.template.spec?.containers?.[0];
    const words = argumentsOf(worker ?? { name: '' }, of('overlays/us-east'));
    expect(secondsOf(words, '--grace')).toBeGreaterThanOrEqual(longestSeconds);
    expect(scenario.regions.map(({ name }) => name)).toEqual(['eu-west', 'us-east']);
  });

  it('can trust an authority of its own', async () => {
    await using copy = await copied();
    await copy.write(
      'kubernetes/overlays/eu-west/kustomization.yaml',
      `${readFileSync(`${kubernetesFolder}overlays/eu-west/kustomization.yaml`, 'utf8')}\ncomponents: [../../components/own-authority]\n`,
    );
    const objects = await render(`${copy.path}/kubernetes/overlays/eu-west`);
    expect(problemsOf(objects)).toEqual([]);
    for (const { spec } of ofKind(objects, 'Deployment')) {
      expect(spec?.template.spec?.containers?.[0]?.env?.at(-1)?.value).toBe('/etc/tokenstorm/ca.pem');
    }
  });

  it('makes its Secrets from files that are not in the repository, by examples without values', async () => {
    const files = readdirSync(`${kubernetesFolder}secrets`);
    expect(files.filter((name) => name.endsWith('.env'))).toEqual([]);
    const examples = await renderedExamples();
    expect(examples.flatMap(schemaProblems)).toEqual([]);
    expect(ofKind(examples, 'Secret').flatMap(({ data = {} }) => Object.values(data).join(''))).toEqual(
      ofKind(examples, 'Secret').map(() => ''),
    );
  });
});

describe('the check', () => {
  it('finds a field that no schema has, wherever it stands but in a map', () => {
    const maps = new Set<string>();
    for (const object of kustomizations.flatMap(of)) {
      for (const path of nodes(object)) {
        const changed = structuredClone(object);
        Object.assign(at(changed, path), { noField: '1' });
        if (schemaProblems(changed).length === 0) maps.add(ending(path));
      }
    }
    expect([...maps].toSorted()).toEqual([
      'data',
      'labelSelector.matchLabels',
      'metadata.annotations',
      'metadata.labels',
      'namespaceSelector.matchLabels',
      'podSelector.matchLabels',
      'resources.limits',
      'resources.requests',
      'selector.matchLabels',
      'triggers.metadata',
    ]);
  });

  it.each(mutations)('finds %s', (_what, folder, kind, change, message) => {
    const objects = of(folder);
    const changed = objects.find((object) => object.kind === kind && object.metadata.name.includes('worker'));
    change((changed ?? {}) as Draft);
    expect(problemsOf(objects).join('\n')).toContain(message);
  });
});

/** The Secrets that the examples make. */
async function renderedExamples(): Promise<KubernetesObject[]> {
  await using copy = await copied();
  const folder = `${copy.path}/kubernetes/secrets`;
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.example')))
    renameSync(`${folder}/${name}`, `${folder}/${name.replace('.example', '')}`);
  return await render(folder);
}

async function copied() {
  const folder = await temporaryFolder();
  cpSync(kubernetesFolder, `${folder.path}/kubernetes`, {
    recursive: true,
    filter: (path) => !path.endsWith('.env'),
  });
  return folder;
}

/** The paths of all objects inside, its own among them. */
function nodes(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, one]) => nodes(one, [...path, key]));
  return Array.isArray(value) ? inside : [path, ...inside];
}

function at(object: object, path: readonly string[]): object {
  return path.reduce((value, key) => Reflect.get(value, key) as object, object);
}

/** The last two names of a path. */
function ending(path: readonly string[]): string {
  return path
    .filter((key) => !/^\d+$/.test(key))
    .slice(-2)
    .join('.');
}
