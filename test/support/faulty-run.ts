import type { Report, ReportGroup } from '@tokenstorm/core';
import { faultKinds } from '@tokenstorm/simulator';
import type { FaultKind, FaultRates, ModelBehaviour } from '@tokenstorm/simulator';
import { providerOf } from './dialects.ts';
import type { DialectName } from './dialects.ts';
import { runScenario } from './run.ts';
import type { SimulatorProcess } from './simulator.ts';
import { readTruth, withoutChecks } from './truth.ts';
import type { Truth } from './truth.ts';

/** Share of the requests that meet each fault. */
export const faultRatio = 0.05;

/** An answer of 8 tokens that comes in one write. The limit that Anthropic's API wants is far above. */
export const burst: Partial<ModelBehaviour> = {
  ttftMs: 0,
  itlMs: 0,
  tokens: 8,
  burst: true,
  maxTokens: 'limit',
  retryAfterSeconds: 0,
};

/** Far above what an answer takes on a busy machine. */
const patienceMs = 2000;

/** Faults that are answered one way, whatever the connection; a reset before the answer is not. */
export const unmistakableFaults = faultKinds.filter((kind) => kind !== 'reset_before');

/** All of these faults, each as often. */
export function faultRates(kinds: readonly FaultKind[]): FaultRates {
  return Object.fromEntries(kinds.map((kind) => [kind, faultRatio]));
}

/** A workload and the model of its name, in one dialect. */
export interface FaultyWorkload {
  readonly name: string;
  readonly dialect: DialectName;
  readonly behaviour: Partial<ModelBehaviour>;
  readonly requests: number;
  readonly concurrency: number;
  readonly stream?: boolean;
}

/** A run as its user and as its server saw it. */
export interface FaultyRun {
  readonly report: Report;
  readonly truth: readonly Truth[];
}

/** Runs these workloads, with these attempts at each request at most; then no two requests of one workload are the same. */
export async function faultyRun(
  simulator: SimulatorProcess,
  workloads: readonly FaultyWorkload[],
  attempts = 1,
): Promise<FaultyRun> {
  await simulator.setModels(Object.fromEntries(workloads.map(({ name, behaviour }) => [name, behaviour])));
  await simulator.reset();
  const retry = { max_attempts: attempts, initial_backoff_ms: 5, max_backoff_ms: 20 };
  const rows = Math.max(...workloads.map(({ requests }) => requests));
  const prompts = Array.from({ length: rows }, (_, row) => JSON.stringify({ prompt: `Question ${row}?` }));
  const scenario = {
    name: 'faults',
    providers: workloads.map(({ name, dialect }) => ({
      ...providerOf(dialect, simulator.url, [name]),
      name,
    })),
    workload: { scenarios: workloads.map(scenarioOf) },
    ...(attempts > 1 && { execution: { retry } }),
  };
  const { report } = await runScenario(scenario, { files: { 'prompts.jsonl': prompts.join('\n') } });
  return { report, truth: withoutChecks(await readTruth(simulator.url)) };
}

function scenarioOf({ name, requests, concurrency, stream = true }: FaultyWorkload) {
  const patience = `${patienceMs}ms`;
  const timeouts = stream ? { first_token: patience, idle: patience } : { total: patience };
  const prompts = { path: 'prompts.jsonl' };
  return { name, providers: [name], prompts, requests, concurrency, stream, timeouts };
}

/** The report's group of one workload. */
export function groupOf(report: Report, name: string): ReportGroup {
  const group = report.groups.find(({ labels }) => labels.scenario === name);
  if (group === undefined) throw new Error(`The report has no group ${name}.`);
  return group;
}
