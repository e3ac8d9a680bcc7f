import { referencedNames } from '@tokenstorm/core';
import type { Environment, Scenario, Target } from '@tokenstorm/core';

type Sent = Pick<Scenario, 'targets' | 'workloads'>;

/** Names of headers, query parameters and members of a body that say that their value is a secret. */
const secretName =
  /(?:api|access|private|subscription)[-_]?key|^(?:key|code|sig)$|auth(?!or)|secret|password|passwd|cookie|session|signature|(?:^|[-_])token$/i;
/** Variables that hold a proxy's URL, and with it its password. */
const proxyVariables = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'] as const;

/**
 * Everything secret that a run sends, each value once: the values of the environment variables that keys, headers, queries
 * and the paths of base URLs refer to, what headers, queries and bodies hold literally under a name such as `x-auth-token`,
 * and the password of a proxy. The host of a base URL is no secret, wherever it comes from: errors must be able to name it.
 */
export function secretValues(scenario: Sent, environment: Environment): readonly string[] {
  const values = referencingTexts(scenario)
    .flatMap(referencedNames)
    .map((name) => environment[name] ?? '');
  return [...new Set([...values, ...literals(scenario), ...proxyPasswords(environment)])];
}

function referencingTexts({ targets, workloads }: Sent): readonly string[] {
  return [
    ...targets.flatMap(({ apiKey = '', headers, query, baseUrl }) => [
      apiKey,
      ...Object.values(headers),
      ...Object.values(query),
      ...basesOf(baseUrl).map(afterHost),
    ]),
    ...workloads.flatMap(({ headers }) => Object.values(headers)),
  ];
}

function basesOf(baseUrl: Target['baseUrl']): readonly string[] {
  return typeof baseUrl === 'string' ? [baseUrl] : Object.values(baseUrl);
}

/** What comes after the host; '' where a reference stands for the whole URL, or where it begins with one. */
function afterHost(baseUrl: string): string {
  return /^\w+:\/\/[^/?#]*(.*)$/s.exec(baseUrl)?.[1] ?? '';
}

function literals({ targets, workloads }: Sent): readonly string[] {
  const records = [
    ...targets.flatMap(({ headers, query }) => [headers, query]),
    ...workloads.flatMap(({ headers, extraBody }) => [headers, extraBody]),
  ];
  return records.flatMap((record) => secretMembers(record ?? {}));
}

/** Texts under a secret's name, at any depth. */
function secretMembers(value: object): readonly string[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (typeof member === 'object' && member !== null) return secretMembers(member);
    const isSecret = typeof member === 'string' && secretName.test(name) && !member.includes('${');
    return isSecret ? [withoutScheme(member)] : [];
  });
}

/** `Bearer abc` is `abc`. */
function withoutScheme(value: string): string {
  return value.replace(/^[A-Za-z]+ +(?=\S)/, '');
}

function proxyPasswords(environment: Environment): readonly string[] {
  return proxyVariables.flatMap((name) => {
    const password = /\/\/[^/@]*?:([^@]*)@/.exec(environment[name] ?? '')?.[1] ?? '';
    return password === '' ? [] : [password];
  });
}
