import type { Accounting } from '../metrics/snapshot.ts';
import type { Report } from '../report/report.ts';
import type { RunPlan } from '../run.ts';
import { plannedLoad, runDurationMs } from '../scenario/describe.ts';
import { missingNames, resolveReferences } from '../scenario/environment.ts';
import type { Environment } from '../scenario/environment.ts';
import type { RunBudget, Target } from '../scenario/scenario.ts';

const schema = 'tokenstorm.audit/1';

/** Who did something, and where: an account and a machine. */
export interface AuditActor {
  readonly user: string;
  readonly host: string;
  /** Of Tokenstorm. */
  readonly version: string;
}

/** One line of the audit log. It holds no prompts, no answers, no keys, and of addresses the host alone. */
export type AuditEntry = AuditStart | AuditEnd;

interface AuditFact extends AuditActor {
  readonly audit: typeof schema;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly run: string;
  readonly name: string;
}

/** A run is asked for: by whom, against what, how much. */
export interface AuditStart extends AuditFact {
  readonly event: 'start';
  readonly mode: 'local' | 'distributed';
  /** Of the scenario as it was planned, flags included, in JSON. */
  readonly scenario_sha256: string;
  readonly regions: readonly string[];
  /** `host:port`; one that workers find in a variable is named by it. */
  readonly hosts: readonly string[];
  /** `provider/model`. */
  readonly models: readonly string[];
  /** `null` where the executors do not fix it. */
  readonly planned: {
    readonly requests: number | null;
    readonly peak_requests_per_second: number | null;
    readonly users: number | null;
    readonly duration_s: number | null;
  };
  readonly budget: Pick<RunBudget, 'usd' | 'tokens' | 'requests'> | null;
}

/** How a run ended, and what it sent. */
export interface AuditEnd extends AuditFact {
  readonly event: 'end';
  /** That of the report; `not-started` where it was taken back before its start, `unknown` where there is no report of it here. */
  readonly verdict: Report['verdict'] | 'not-started' | 'unknown';
  readonly validity: Report['validity']['level'] | null;
  readonly duration_s: number | null;
  readonly requests: Accounting | null;
  /** Requests that were sent, retries and those before the start included as far as the report counts them. */
  readonly attempts: number | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly usd: number | null;
}

/** What an entry is made of beside the run. */
export interface AuditContext {
  readonly actor: AuditActor;
  readonly epochMs: number;
}

/** The entry of a run that is asked for. `environment`: where references in base URLs are looked up; what is not there stays named. */
export function auditStart(
  { runId, scenario }: RunPlan,
  details: AuditContext &
    Pick<AuditStart, 'mode' | 'scenario_sha256'> & { readonly environment: Environment },
): AuditStart {
  const { mode, scenario_sha256, environment } = details;
  const regions = scenario.regions.map(({ name }) => name);
  const hosts = scenario.targets.flatMap((target) => hostsOf(target, regions, environment));
  const durationMs = runDurationMs(scenario);
  const loads = plannedLoad(scenario);
  return {
    ...factOf({ runId, name: scenario.name }, details),
    event: 'start',
    mode,
    scenario_sha256,
    regions,
    hosts: [...new Set(hosts)].toSorted(),
    models: scenario.targets.map(({ key }) => key),
    planned: {
      requests: sumOf(loads.map(({ expectedRequests }) => expectedRequests)),
      peak_requests_per_second: sumOf(loads.map(({ peakArrivalsPerSecond }) => peakArrivalsPerSecond)),
      users: sumOf(loads.map(({ peakVus }) => peakVus)),
      duration_s: durationMs === undefined ? null : durationMs / 1000,
    },
    budget: scenario.budget === undefined ? null : amountsOf(scenario.budget),
  };
}

/** The entry of a run that has its report. */
export function auditEnd(report: Report, context: AuditContext): AuditEnd {
  const { run, verdict, validity, accounting, retries, tokens, cost } = report;
  return {
    ...factOf({ runId: run.id, name: run.name }, context),
    event: 'end',
    verdict,
    validity: validity.level,
    duration_s: run.duration_s,
    requests: accounting,
    attempts: retries.attempts,
    input_tokens: tokens.input,
    output_tokens: tokens.output,
    usd: cost?.total_usd ?? null,
  };
}

/** The entry of a run without a report: taken back before its start, or out of sight. */
export function auditEndWithoutReport(
  run: { readonly runId: string; readonly name: string },
  verdict: 'not-started' | 'unknown',
  context: AuditContext,
): AuditEnd {
  const unknown = { validity: null, duration_s: null, requests: null, attempts: null };
  const nothing = { ...unknown, input_tokens: null, output_tokens: null, usd: null };
  return { ...factOf(run, context), event: 'end', verdict, ...nothing };
}

function factOf(
  { runId, name }: { readonly runId: string; readonly name: string },
  { actor, epochMs }: AuditContext,
): AuditFact {
  const { user, host, version } = actor;
  return { audit: schema, time: new Date(epochMs).toISOString(), run: runId, name, user, host, version };
}

function hostsOf(
  { baseUrl }: Target,
  regions: readonly string[],
  environment: Environment,
): readonly string[] {
  const urls = typeof baseUrl === 'string' ? [baseUrl] : regions.flatMap((region) => baseUrl[region] ?? []);
  return urls.map((url) => hostOf(url, environment));
}

/** Never what stands before or after the host: a password, a path or a query with a key. */
function hostOf(text: string, environment: Environment): string {
  const unknown = missingNames(text, environment);
  const url = unknown.length > 0 ? null : URL.parse(resolveReferences(text, environment));
  if (url === null) return /^\w+:\/\/(?:[^@/]*@)?([^/?#]+)/.exec(text)?.[1] ?? `(${unknown.join(', ')})`;
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return `${url.hostname}:${port}`;
}

/** `null` where a part is not known. */
function sumOf(parts: readonly (number | undefined)[]): number | null {
  let sum = 0;
  for (const part of parts) {
    if (part === undefined) return null;
    sum += part;
  }
  return sum;
}

function amountsOf({ usd, tokens, requests }: RunBudget): AuditStart['budget'] {
  return {
    ...(usd !== undefined && { usd }),
    ...(tokens !== undefined && { tokens }),
    ...(requests !== undefined && { requests }),
  };
}
