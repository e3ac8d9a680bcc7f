import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import type { ITriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { ISecret } from 'kubernetes-models/v1/Secret';

/** Kinds of objects that are used, by name. */
export interface KubernetesKinds {
  ConfigMap: IConfigMap;
  Deployment: IDeployment;
  HorizontalPodAutoscaler: IHorizontalPodAutoscaler;
  Job: IJob;
  NetworkPolicy: INetworkPolicy;
  PodDisruptionBudget: IPodDisruptionBudget;
  ScaledObject: IScaledObject;
  Secret: ISecret;
  TriggerAuthentication: ITriggerAuthentication;
}

/** One object that would be sent to a cluster. Only one that `schemaProblems` finds nothing in is what its kind says. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Those of one kind. */
export function ofKind<Kind extends keyof KubernetesKinds>(
  objects: readonly KubernetesObject[],
  kind: Kind,
): readonly KubernetesKinds[Kind][] {
  return objects.filter((object) => object.kind === kind) as unknown as KubernetesKinds[Kind][];
}

/** What makes pods. */
export interface PodMaker {
  /** Kind and name. */
  readonly name: string;
  readonly template: IPodTemplateSpec;
}

/** Whatever makes pods, of these objects. */
export function podMakers(objects: readonly KubernetesObject[]): readonly PodMaker[] {
  return [...ofKind(objects, 'Deployment'), ...ofKind(objects, 'Job')].map((maker) => ({
    name: nameOf(maker),
    template: maker.spec?.template ?? {},
  }));
}

/** Kind and name, as messages say it. */
export function nameOf({ kind, metadata }: { kind: string; metadata?: { name?: string } }): string {
  return `${kind} ${metadata?.name}`;
}

/** Whether the labels are those that a selector without expressions asks for. One without labels selects nothing here. */
export function selects(
  matchLabels: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  const asked = Object.entries(matchLabels ?? {});
  return asked.length > 0 && asked.every(([key, value]) => labels?.[key] === value);
}
