import { isKeyHeader, referencedNames, TokenstormError } from '@tokenstorm/core';
import type { Clock, Environment, Scenario, Target } from '@tokenstorm/core';
import { EgressPolicy } from '../permissions/egress-policy.ts';
import { concealing } from '../request/conceal.ts';
import type { Conceal } from '../request/conceal.ts';
import { resolveTarget, resolveValues, targetClient } from '../request/target-client.ts';
import { HttpClients } from '../wire/choose-client.ts';
import { checkServer } from './check-server.ts';
import type { Server } from './check-server.ts';
import type { Finding } from './finding.ts';

const connectTimeoutMs = 5_000;
/** Targets that are named in one line. */
const mostNamed = 5;

type Parts = Pick<Scenario, 'targets' | 'regions' | 'workloads'>;

/** What was found about a target. */
interface Found {
  readonly target: string;
  readonly finding: Finding;
}

/**
 * Looks at every target before the load starts: one that is down, refuses the key, has another path or lacks the model
 * would only give a run of failures. Throws one `E_TARGET` that says what is wrong with each; resolves to warnings about
 * those that could not be looked at. No text holds secrets.
 */
export async function preflight(
  scenario: Parts,
  environment: Environment,
  clock: Clock,
  egress = new EgressPolicy(),
): Promise<readonly string[]> {
  const clients = new HttpClients(clock, environment, egress);
  const conceal = concealing(scenario, environment);
  try {
    const servers = serversOf(scenario, environment, clients, conceal);
    const found = (await Promise.all(servers.map(findingsOf))).flat();
    const problems = linesOf(found, 'problem', conceal);
    if (problems.length > 0) throw targetError(problems);
    return linesOf(found, 'doubt', conceal).map(
      (line) => `${line}: not looked at any further before the start`,
    );
  } finally {
    await clients.close();
  }
}

async function findingsOf(server: Server): Promise<readonly Found[]> {
  const findings = await checkServer(server);
  const { provider } = server.client.target;
  return [...findings].map(([model, finding]) => ({ target: `${provider}/${model}`, finding }));
}

/** Each provider once for each base URL that it has. */
function serversOf(
  { targets, regions, workloads }: Parts,
  environment: Environment,
  clients: HttpClients,
  conceal: Conceal,
): readonly Server[] {
  const ways = regions.flatMap(({ name }) =>
    targets.map((target) => ({ target, resolved: resolveTarget(target, name, environment) })),
  );
  const groups = Map.groupBy(ways, ({ resolved }) => `${resolved.provider}\n${resolved.baseUrl}`);
  return [...groups.values()].flatMap((group) => {
    const { target, resolved } = group[0]!;
    const headers = workloads.find((workload) => workload.targets.includes(target.key))?.headers ?? {};
    return {
      client: targetClient(resolved, clients.choose(resolved), connectTimeoutMs, conceal),
      models: [...new Set(group.map((way) => way.resolved.model))],
      headers: resolveValues(headers, environment),
      keyVariables: keyVariables(target, headers),
    };
  });
}

function keyVariables({ apiKey = '', headers }: Target, more: Readonly<Record<string, string>>): string[] {
  const inHeaders = Object.entries({ ...headers, ...more }).filter(([name]) => isKeyHeader(name));
  return [...new Set([apiKey, ...inHeaders.map(([, value]) => value)].flatMap(referencedNames))];
}

/** Targets with the same finding share a line. */
function linesOf(found: readonly Found[], kind: Finding['kind'], conceal: Conceal): readonly string[] {
  const ofKind = found.filter(({ finding }) => finding.kind === kind);
  const groups = Map.groupBy(ofKind, ({ finding: { message, hint } }) =>
    hint === undefined ? message : `${message} (${hint})`,
  );
  return [...groups].map(([text, same]) => `${named(same)}: ${conceal(text)}`);
}

function named(found: readonly Found[]): string {
  const targets = [...new Set(found.map(({ target }) => target))];
  const rest = targets.length - mostNamed;
  const first = targets.slice(0, mostNamed).join(', ');
  return rest > 0 ? `${first} and ${rest} more` : first;
}

function targetError(lines: readonly string[]): TokenstormError {
  const message = lines.length === 1 ? lines[0]! : `${lines.length} problems\n  ${lines.join('\n  ')}`;
  return new TokenstormError('E_TARGET', `before the start: ${message}`, {
    hint: 'Nothing was measured. --no-preflight starts the load all the same.',
  });
}
