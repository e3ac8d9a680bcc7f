import { nameOf, ofKind } from './object.ts';
import type { KubernetesKinds, KubernetesObject } from './object.ts';
import { said } from './pod-rules.ts';

const regionLabel = 'tokenstorm/region';

/** Which rules for autoscalers are broken: each worker Deployment has one, with a target of 60 % of its CPU, and nobody else has its replicas. */
export function autoscalerProblems(objects: readonly KubernetesObject[]): readonly string[] {
  const deployments = ofKind(objects, 'Deployment');
  const targets = autoscalers(objects);
  const strays = targets.filter(
    ({ target }) => !deployments.some(({ metadata }) => metadata?.name === target),
  );
  const workers = deployments.filter(
    ({ spec }) => spec?.template.spec?.containers?.[0]?.args?.[0] === 'worker',
  );
  return [
    ...strays.map(({ name, target }) => `${name} is for ${target}, which is not there`),
    ...targets.filter(({ cpu }) => cpu !== 60).map(({ name, cpu }) => `${name} asks for ${cpu} % of the CPU`),
    ...workers.flatMap((worker) => workerProblems(worker, targets, objects)),
  ];
}

interface Autoscaler {
  readonly name: string;
  readonly target: string | undefined;
  /** Percent; NaN where there is none. */
  readonly cpu: number;
}

function autoscalers(objects: readonly KubernetesObject[]): readonly Autoscaler[] {
  const plain = ofKind(objects, 'HorizontalPodAutoscaler').map((object) => ({
    name: nameOf(object),
    target: object.spec?.scaleTargetRef.name,
    cpu:
      object.spec?.metrics?.find(({ resource }) => resource?.name === 'cpu')?.resource?.target
        .averageUtilization ?? Number.NaN,
  }));
  const ofKeda = ofKind(objects, 'ScaledObject').map((object) => ({
    name: nameOf(object),
    target: object.spec.scaleTargetRef.name,
    cpu: Number(object.spec.triggers.find(({ type }) => type === 'cpu')?.metadata['value']),
  }));
  return [...plain, ...ofKeda];
}

function workerProblems(
  worker: KubernetesKinds['Deployment'],
  targets: readonly Autoscaler[],
  objects: readonly KubernetesObject[],
): readonly string[] {
  const own = targets.filter(({ target }) => target === worker.metadata?.name);
  const container = worker.spec?.template.spec?.containers?.[0];
  const region = worker.spec?.template.metadata?.labels?.[regionLabel];
  const variable = container?.env?.find(({ name }) => name === 'TOKENSTORM_REGION');
  const problems = [
    ...said(own.length === 1, `has ${own.length} autoscalers`),
    ...said(worker.spec?.replicas === undefined, 'has replicas beside its autoscaler'),
    ...said(
      container?.resources?.requests?.['cpu'] !== undefined,
      'has no CPU that a percentage could be of',
    ),
    ...said(region !== undefined, 'is of no region'),
    ...said(
      variable?.valueFrom?.fieldRef?.fieldPath === `metadata.labels['${regionLabel}']`,
      'is not told its region',
    ),
    ...scaledObjects(objects, worker).flatMap((object) => triggerProblems(object, region ?? '', objects)),
  ];
  return problems.map((problem) => `${nameOf(worker)}: ${problem}`);
}

function scaledObjects(objects: readonly KubernetesObject[], worker: KubernetesKinds['Deployment']) {
  return ofKind(objects, 'ScaledObject').filter(
    ({ spec }) => spec.scaleTargetRef.name === worker.metadata?.name,
  );
}

/** From zero on wait + active of the region's own queue, which KEDA may read. */
function triggerProblems(
  { spec }: KubernetesKinds['ScaledObject'],
  region: string,
  objects: readonly KubernetesObject[],
): readonly string[] {
  const lists = spec.triggers.filter(({ type }) => type === 'redis');
  const modifiers = spec.advanced?.scalingModifiers;
  const queue = `{tokenstorm}:shards-${encodeURIComponent(region)}`;
  const there = ofKind(objects, 'TriggerAuthentication').map(({ metadata }) => metadata?.name);
  return [
    ...said(spec.minReplicaCount === 0, 'does not start from zero'),
    ...said(
      lists.map(({ metadata }) => metadata['listName']).join() === `${queue}:wait,${queue}:active`,
      `does not look at ${queue}`,
    ),
    ...said(
      modifiers?.formula === lists.map(({ name }) => name).join(' + ') && modifiers.activationTarget === '0',
      'does not start at the first part that waits or is held',
    ),
    ...said(
      lists.every(({ authenticationRef }) => there.includes(authenticationRef?.name)),
      'cannot ask Redis',
    ),
  ];
}
