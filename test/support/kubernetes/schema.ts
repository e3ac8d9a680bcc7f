import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Secret } from 'kubernetes-models/v1/Secret';
import { nameOf } from './object.ts';
import type { KubernetesKinds, KubernetesObject } from './object.ts';

type Checked = { readonly prototype: { validate(): void } };

/** By kind, what checks an object against the OpenAPI schema of Kubernetes, or of KEDA. */
const models: Readonly<Record<keyof KubernetesKinds, Checked>> = {
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  NetworkPolicy,
  PodDisruptionBudget,
  ScaledObject,
  Secret,
  TriggerAuthentication,
};

/** Values that the API takes at these names, which its schema gives only in words. */
const words: Readonly<Record<string, readonly string[]>> = {
  policyTypes: ['Ingress', 'Egress'],
  protocol: ['TCP', 'UDP'],
  restartPolicy: ['Always', 'Never', 'OnFailure'],
  unhealthyPodEvictionPolicy: ['AlwaysAllow', 'IfHealthyBudget'],
  whenUnsatisfiable: ['DoNotSchedule', 'ScheduleAnyway'],
};

/**
 * What is wrong with an object for a server that takes no unknown fields: fields that its schema does not have, values of other
 * types and formats, what is missing. Empty where it is right.
 */
export function schemaProblems(object: KubernetesObject): readonly string[] {
  const name = nameOf(object);
  if (!isKnown(object.kind)) return [`${name}: nothing here knows this kind`];
  const unread = new Set<string>();
  const problems: string[] = [];
  try {
    models[object.kind].prototype.validate.call(watched(object, '', unread));
  } catch (cause) {
    problems.push(cause instanceof Error ? cause.message : String(cause));
  }
  const unknown = [...unread].map((path) => `${path} is no field of it`);
  return [...problems, ...unknown, ...wrongWords(object, '')].map((problem) => `${name}: ${problem}`);
}

function isKnown(kind: string): kind is keyof typeof models {
  return Object.hasOwn(models, kind);
}

/**
 * A copy that takes each field out of `unread` when it is read. The checks are compiled from the schema and read the fields that
 * it has, and all of a map: what they leave unread is in no schema.
 */
function watched(value: unknown, path: string, unread: Set<string>): unknown {
  if (Array.isArray(value)) return value.map((one, place) => watched(one, `${path}/${place}`, unread));
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) {
    unread.add(`${path}/${key}`);
    copy[key] = watched(one, `${path}/${key}`, unread);
  }
  return new Proxy(copy, {
    get(target, key) {
      if (typeof key === 'string') unread.delete(`${path}/${key}`);
      return Reflect.get(target, key) as unknown;
    },
  });
}

function wrongWords(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]: [string, unknown]) => {
    const allowed = Array.isArray(value) ? undefined : words[key];
    const given = Array.isArray(one) ? one : [one];
    const isWrong = allowed !== undefined && given.some((word) => !allowed.includes(String(word)));
    return isWrong
      ? [`${path}/${key} is ${given.join()}, none of ${allowed.join()}`]
      : wrongWords(one, `${path}/${key}`);
  });
}
