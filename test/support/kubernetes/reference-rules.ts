import { nameOf, ofKind, podMakers, selects } from './object.ts';
import type { KubernetesObject } from './object.ts';
import { said } from './pod-rules.ts';

/** By name, the keys of the Secrets that users make. */
export type SecretKeys = Readonly<Record<string, readonly string[]>>;

/** Which names lead nowhere: of selectors, ConfigMaps, Secrets and their keys. Also a Secret that is there itself. */
export function referenceProblems(
  objects: readonly KubernetesObject[],
  secrets: SecretKeys,
): readonly string[] {
  return [
    ...ofKind(objects, 'Secret').map((secret) => `${nameOf(secret)} is in the repository`),
    ...selectors(objects),
    ...networkPolicies(objects),
    ...settings(objects),
    ...secretReferences(objects, secrets),
  ];
}

function selectors(objects: readonly KubernetesObject[]): readonly string[] {
  const labels = podMakers(objects).map(({ template }) => template.metadata?.labels);
  const deployments = ofKind(objects, 'Deployment').filter(
    ({ spec }) => !selects(spec?.selector.matchLabels, spec?.template.metadata?.labels),
  );
  const budgets = ofKind(objects, 'PodDisruptionBudget').filter(
    ({ spec }) => !labels.some((those) => selects(spec?.selector?.matchLabels, those)),
  );
  const policies = ofKind(objects, 'NetworkPolicy').filter(
    ({ spec }) => !labels.some((those) => selects(spec?.podSelector?.matchLabels, those)),
  );
  return [...deployments, ...budgets, ...policies].map((object) => `${nameOf(object)} selects no pod`);
}

/** Every pod has exactly one policy, for both directions; what comes in goes to its own port, what goes out has DNS and Redis. */
function networkPolicies(objects: readonly KubernetesObject[]): readonly string[] {
  return podMakers(objects).flatMap(({ name, template }) => {
    const policies = ofKind(objects, 'NetworkPolicy').filter(({ spec }) =>
      selects(spec?.podSelector?.matchLabels, template.metadata?.labels),
    );
    const served = (template.spec?.containers ?? []).flatMap(({ ports = [] }) =>
      ports.map(({ containerPort }) => containerPort),
    );
    const spec = policies[0]?.spec;
    const out = portsOf(spec?.egress);
    const problems = [
      ...said(policies.length === 1, `${policies.length} network policies`),
      ...said(spec?.policyTypes?.toSorted().join() === 'Egress,Ingress', 'is open in one direction'),
      ...said(portsOf(spec?.ingress).join() === served.join(), 'lets in what it does not serve'),
      ...said(out.includes(53) && out.includes(6379), 'cannot reach DNS or Redis'),
      ...said(
        (spec?.egress ?? []).every(({ to = [], ports = [] }) => to.length > 0 && ports.length > 0),
        'may reach everything',
      ),
    ];
    return problems.map((problem) => `${name}: ${problem}`);
  });
}

interface PortRule {
  readonly ports?: readonly { readonly port?: number | string }[];
}

function portsOf(rules: readonly PortRule[] = []): readonly (number | string | undefined)[] {
  return rules.flatMap(({ ports = [] }) => ports.map(({ port }) => port));
}

function settings(objects: readonly KubernetesObject[]): readonly string[] {
  const there = ofKind(objects, 'ConfigMap').map(({ metadata }) => metadata?.name);
  return podMakers(objects).flatMap(({ name, template: { spec } }) => {
    const fromEnvironment = (spec?.containers ?? []).flatMap(({ envFrom = [] }) =>
      envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []),
    );
    const volumes = (spec?.volumes ?? []).flatMap(({ configMap }) => configMap?.name ?? []);
    // The one that users make of a certificate of their own.
    return [...fromEnvironment, ...volumes]
      .filter((map) => !there.includes(map) && map !== 'tokenstorm-authority')
      .map((map) => `${name}: there is no ConfigMap ${map}`);
  });
}

function secretReferences(objects: readonly KubernetesObject[], secrets: SecretKeys): readonly string[] {
  const inPods = podMakers(objects).flatMap(({ name, template }) =>
    (template.spec?.containers ?? []).flatMap(({ env = [], envFrom = [] }) => [
      ...env
        .flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? [])
        .map((key) => ({ name, ...named(key) })),
      ...envFrom.flatMap(({ secretRef }) => secretRef ?? []).map((all) => ({ name, ...named(all) })),
    ]),
  );
  const inTriggers = ofKind(objects, 'TriggerAuthentication').flatMap((authentication) =>
    (authentication.spec?.secretTargetRef ?? []).map((key) => ({
      name: nameOf(authentication),
      ...named(key),
    })),
  );
  return [...inPods, ...inTriggers].flatMap(({ name, secret, key }) =>
    said(
      secrets[secret] !== undefined && (key === undefined || secrets[secret].includes(key)),
      `${name}: there is no Secret ${secret}${key === undefined ? '' : ` with ${key}`}`,
    ),
  );
}

function named({ name = '', key }: { name?: string; key?: string }) {
  return { secret: name, key };
}
