import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { TokenstormError, missingNames, referencedNames, resolveReferences } from '@tokenstorm/core';
import type { Environment, Scenario, Target, Workload } from '@tokenstorm/core';
import { proxyFor } from '../wire/proxy.ts';
import { EgressPolicy, refusedHost } from './egress-policy.ts';
import { plainHost, portOf } from './host-pattern.ts';
import { mayUseVariable } from './permissions.ts';
import type { Permissions } from './permissions.ts';
import { folderHint, permittedFile } from './permitted-file.ts';

type Parts = Pick<Scenario, 'targets' | 'workloads' | 'execution'>;

const hints = {
  variables: 'start the worker with --allow-env NAME for each variable that scenarios may name',
  hosts:
    'name each server that is meant with --allow-host HOST, where the requests are sent from (tokenstorm worker, run or probe)',
};

/**
 * Looks, before anything is sent or read, whether this process may do what a scenario asks of it in a region. Rejects with one
 * `E_NOT_ALLOWED` that names every variable, host and file that it may not.
 */
export async function checkPermissions(
  scenario: Parts,
  region: string,
  permissions: Permissions,
  environment: Environment,
): Promise<void> {
  const variables = refusedVariables(scenario, region, permissions);
  const urls = scenario.targets.flatMap(
    (target) => baseUrlOf(target, region, permissions, environment) ?? [],
  );
  const hosts = await refusedHosts([...new Set(urls)], new EgressPolicy(permissions.hosts), environment);
  const files = await refusedFiles(scenario, permissions);
  const problems = [...variables, ...hosts, ...files];
  if (problems.length === 0) return;
  const hint = [
    ...(variables.length > 0 ? [hints.variables] : []),
    ...(hosts.length > 0 ? [hints.hosts] : []),
    ...(files.length > 0 ? [folderHint] : []),
  ].join('; ');
  throw new TokenstormError('E_NOT_ALLOWED', problems.join('\n'), { hint });
}

function refusedVariables(
  { targets, workloads }: Parts,
  region: string,
  permissions: Permissions,
): readonly string[] {
  const texts = [
    ...targets.flatMap((target) => textsOf(target, region)),
    ...workloads.flatMap(({ headers }) => Object.values(headers)),
  ];
  const names = [...new Set(texts.flatMap(referencedNames))].filter(
    (name) => !mayUseVariable(name, permissions),
  );
  return names.map((name) => `the variable ${name} is not one that scenarios may name here (--allow-env)`);
}

function textsOf({ apiKey = '', headers, query, baseUrl }: Target, region: string): readonly string[] {
  return [apiKey, ...Object.values(headers), ...Object.values(query), urlIn(baseUrl, region)];
}

function urlIn(baseUrl: Target['baseUrl'], region: string): string {
  return typeof baseUrl === 'string' ? baseUrl : (baseUrl[region] ?? '');
}

/** `undefined` where it cannot be known: what is wrong then is said elsewhere. */
function baseUrlOf(
  { baseUrl }: Target,
  region: string,
  permissions: Permissions,
  environment: Environment,
): string | undefined {
  const text = urlIn(baseUrl, region);
  const isKnown = referencedNames(text).every((name) => mayUseVariable(name, permissions));
  return isKnown && missingNames(text, environment).length === 0
    ? resolveReferences(text, environment)
    : undefined;
}

async function refusedHosts(
  urls: readonly string[],
  policy: EgressPolicy,
  environment: Environment,
): Promise<readonly string[]> {
  const refused = await Promise.all(urls.map((url) => refusalOf(url, policy, environment)));
  return [...new Set(refused.filter((text) => text !== undefined))];
}

/** A name that cannot be resolved is not refused: that is said by whoever connects to it. */
async function refusalOf(
  text: string,
  policy: EgressPolicy,
  environment: Environment,
): Promise<string | undefined> {
  const url = URL.parse(text);
  if (url === null) return undefined;
  const host = plainHost(url.hostname);
  const port = portOf(url);
  if (!policy.mayBeHost(host, port)) return refusedHost(host, port);
  const isDecided = isIP(host) !== 0 || !policy.dependsOnAddress(host, port);
  if (isDecided) return undefined;
  if (proxyFor(url, environment) !== undefined)
    return `${refusedHost(host, port)}: behind a proxy only its name counts`;
  const addresses = await lookup(host, { all: true }).catch(() => []);
  const isRefused = addresses.length > 0 && policy.allowed(host, addresses, port).length === 0;
  return isRefused ? `${refusedHost(host, port)}: its address is ${addresses[0]?.address}` : undefined;
}

async function refusedFiles(
  { workloads, execution }: Parts,
  permissions: Permissions,
): Promise<readonly string[]> {
  const { tokenizer } = execution;
  const paths = [
    ...workloads.flatMap(({ prompts }: Workload) => (prompts.kind === 'worker-file' ? [prompts.path] : [])),
    ...(tokenizer?.kind === 'file' ? [tokenizer.path] : []),
  ];
  const refused = [...new Set(paths)].map((path) =>
    permittedFile(path, permissions).then(
      () => [],
      ({ message }: Error) => [message],
    ),
  );
  return (await Promise.all(refused)).flat();
}
