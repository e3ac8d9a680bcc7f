import { readFileSync } from 'node:fs';
import type { IContainer } from 'kubernetes-models/v1/Container';
import { ofKind, podMakers } from './object.ts';
import type { KubernetesObject, PodMaker } from './object.ts';

const dockerfile = readFileSync(new URL('../../../deploy/docker/Dockerfile', import.meta.url), 'utf8');
const { version } = JSON.parse(
  readFileSync(new URL('../../../packages/cli/package.json', import.meta.url), 'utf8'),
) as { version: string };

/** What the image says of itself. */
const image = {
  name: `tokenstorm:${version}`,
  user: Number(/^USER (\d+)/m.exec(dockerfile)?.[1]),
  home: /TOKENSTORM_HOME=(\S+)/.exec(dockerfile)?.[1],
};

/** Which rules for pods are broken: image, user, writable places, probes, resources, grace periods, secrets. */
export function podProblems(objects: readonly KubernetesObject[]): readonly string[] {
  return podMakers(objects).flatMap((maker) => {
    const containers = maker.template.spec?.containers ?? [];
    const problems = [
      ...podSecurity(maker),
      ...containers.flatMap((container) => [
        ...containerSecurity(container),
        ...probes(container, argumentsOf(container, objects)),
        ...plainSecrets(container),
        ...resources(container),
      ]),
      ...grace(maker, objects),
    ];
    return problems.map((problem) => `${maker.name}: ${problem}`);
  });
}

/** The words of a container's command, with the settings that they refer to filled in. */
export function argumentsOf(
  { args = [], envFrom = [] }: IContainer,
  objects: readonly KubernetesObject[],
): readonly string[] {
  const names = envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []);
  const maps = ofKind(objects, 'ConfigMap').filter(({ metadata }) => names.includes(metadata?.name ?? ''));
  const settings: Readonly<Record<string, string>> = Object.assign({}, ...maps.map(({ data }) => data));
  return args.map((word) =>
    word.replaceAll(/\$\((\w+)\)/g, (whole, name: string) => settings[name] ?? whole),
  );
}

function podSecurity({ template: { spec } }: PodMaker): readonly string[] {
  const context = spec?.securityContext;
  const writable = (spec?.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined);
  return [
    ...said(context?.runAsNonRoot === true, 'runs as root'),
    ...said(context?.runAsUser === image.user, `its user is not the image's (${image.user})`),
    ...said(context?.fsGroup === image.user, 'cannot write to its volumes'),
    ...said(context?.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile'),
    ...said(spec?.automountServiceAccountToken === false, 'has a token of the cluster'),
    ...said(
      writable.every(({ emptyDir }) => emptyDir?.sizeLimit !== undefined),
      'may fill the disk of its node',
    ),
  ];
}

function containerSecurity({
  image: name,
  securityContext,
  volumeMounts = [],
}: IContainer): readonly string[] {
  const home = volumeMounts.find(({ mountPath }) => mountPath === image.home);
  return [
    ...said(name === image.name, `its image is ${name}, not ${image.name}`),
    ...said(securityContext?.readOnlyRootFilesystem === true, 'has a writable root'),
    ...said(securityContext?.allowPrivilegeEscalation === false, 'may gain rights'),
    ...said(securityContext?.capabilities?.drop?.join() === 'ALL', 'keeps capabilities'),
    ...said(home !== undefined && home.readOnly !== true, `cannot write to ${image.home}`),
  ];
}

/** Of services: all three ask /healthz at the port that the command serves, and none ends it because Redis is away for a while. */
function probes(container: IContainer, words: readonly string[]): readonly string[] {
  const { startupProbe, readinessProbe, livenessProbe, ports = [] } = container;
  if (words[0] === 'run') return [];
  const port = ports.find(({ name }) => name === 'metrics');
  const patienceSeconds = (livenessProbe?.periodSeconds ?? 10) * (livenessProbe?.failureThreshold ?? 3);
  return [
    ...said(String(port?.containerPort) === flagOf(words, '--port'), 'serves another port than it says'),
    ...[startupProbe, readinessProbe, livenessProbe].flatMap((probe) => [
      ...said(probe?.httpGet?.path === '/healthz', 'lacks a probe of /healthz'),
      ...said(probe?.httpGet?.port === port?.name, 'is asked at a port that it does not have'),
    ]),
    ...said(patienceSeconds > secondsOf(words, '--give-up'), 'is ended before it gives Redis up by itself'),
  ];
}

function resources({ resources: asked, args = [] }: IContainer): readonly string[] {
  const { cpu, memory } = asked?.requests ?? {};
  return [
    ...said(cpu !== undefined && memory !== undefined, 'asks for no CPU or memory'),
    ...said(asked?.limits?.['memory'] !== undefined, 'has no limit of memory'),
    // What sends must never be throttled.
    ...said(args[0] !== 'worker' || asked?.limits?.['cpu'] === undefined, 'would be throttled'),
  ];
}

function plainSecrets({ env = [] }: IContainer): readonly string[] {
  return env
    .filter(({ name, value = '' }) => value !== '' && /key|password|secret|token|url/i.test(name))
    .map(({ name }) => `${name} stands there in plain text`);
}

/** Of workers: the longest request may finish, and what comes after it too (6 s for the last commits, and the log). */
function grace({ template: { spec } }: PodMaker, objects: readonly KubernetesObject[]): readonly string[] {
  const words = (spec?.containers ?? []).flatMap((container) => argumentsOf(container, objects));
  if (words[0] !== 'worker') return [];
  const longest = (spec?.terminationGracePeriodSeconds ?? 30) - 10;
  return said(secondsOf(words, '--grace') <= longest, 'is killed before its grace period is over');
}

/** What follows a flag. */
function flagOf(words: readonly string[], flag: string): string | undefined {
  const place = words.indexOf(flag);
  return place === -1 ? undefined : words[place + 1];
}

/** A flag's time, which is in whole seconds here. NaN where there is none. */
export function secondsOf(words: readonly string[], flag: string): number {
  return Number(/^(\d+)s$/.exec(flagOf(words, flag) ?? '')?.[1] ?? Number.NaN);
}

/** The problem, unless it is none. */
export function said(isRight: boolean, problem: string): readonly string[] {
  return isRight ? [] : [problem];
}
