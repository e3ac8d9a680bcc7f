import { plainVocabulary } from '@tokenstorm/core';
import type { Clock, Environment, ParsedScenario, Target, Workload } from '@tokenstorm/core';
import { EgressPolicy } from '../permissions/egress-policy.ts';
import { chatCall } from '../request/chat-call.ts';
import { concealing } from '../request/conceal.ts';
import { resolveTarget, resolveValues, targetClient } from '../request/target-client.ts';
import { RunPrompts } from '../run-prompts.ts';
import { HttpClients } from '../wire/choose-client.ts';
import { probe } from './probe.ts';
import type { ProbeResult } from './probe.ts';

/** One target and what a request to it showed. */
export interface TargetProbe {
  readonly target: Target;
  /** Where the request went, without its query. */
  readonly url: string;
  readonly result: ProbeResult;
}

/** Sends one request to each target of a scenario, one after the other: the first that a workload of its would send. */
export async function* probeTargets(
  { scenario, datasets }: ParsedScenario,
  environment: Environment,
  clock: Clock,
  egress = new EgressPolicy(),
): AsyncIterable<TargetProbe> {
  const clients = new HttpClients(clock, environment, egress);
  const conceal = concealing(scenario, environment);
  const plan = { runId: 'probe', scenario, shards: [], snapshotIntervalMs: 1000 };
  const prompts = new RunPrompts(
    plan,
    new Map(datasets.map((dataset) => [dataset.id, dataset])),
    plainVocabulary,
  );
  const region = scenario.regions[0]?.name ?? '';
  try {
    for (const target of scenario.targets) {
      const workload = scenario.workloads.find(({ targets }) => targets.includes(target.key));
      if (workload === undefined) continue;
      const resolved = resolveTarget(target, region, environment);
      const client = targetClient(resolved, clients.choose(resolved), workload.timeouts.connectMs, conceal);
      const call = callOf(workload, target, prompts, region, environment);
      const { url } = client.provider.request(call, resolved);
      const result = await probe(client, call, { clock, timeouts: workload.timeouts });
      yield { target, url: conceal(url.origin + url.pathname), result };
    }
  } finally {
    await clients.close();
  }
}

function callOf(
  workload: Workload,
  target: Target,
  prompts: RunPrompts,
  region: string,
  environment: Environment,
) {
  const user = { workload: workload.name, targetKey: target.key, region, isBeforeStart: true };
  return chatCall(workload, prompts.writer(user).prompt(0), resolveValues(workload.headers, environment));
}
