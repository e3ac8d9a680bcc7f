import type {
  Clock,
  LoadCourse,
  MetricsSnapshot,
  RunEvent,
  RunPlan,
  ThresholdResult,
} from '@tokenstorm/core';
import { version } from '../version.ts';
import type { EndedRun } from './ended-run.ts';

/** How a run ended, beside what its snapshots add up to. */
export function snapshotEnd(run: EndedRun, notes: readonly string[]): SnapshotEnd {
  const { result, ...ended } = run;
  const [failure] = ended.failure?.split('\n', 1) ?? [];
  return { ended: { ...ended, failure }, notes, thresholds: result.thresholds, courses: result.courses };
}

/** What the first line of a snapshot log says it is. A change that old readers would misread gets another number. */
export const snapshotSchema = 'tokenstorm.snapshots/1';

/** The first line of a snapshot log. */
export interface SnapshotHeader {
  readonly schema: typeof snapshotSchema;
  /** Of the command that wrote it. */
  readonly version: string;
  readonly createdAtEpochMs: number;
  /** Length of its intervals: the plan's, or longer once the log was compacted. */
  readonly intervalMs: number;
  /** The validity that ends in exit code 5. */
  readonly failOn: 'invalid' | 'suspect';
  /** Without anything that may be a secret: see `planForLog`. */
  readonly plan: RunPlan;
  /** Of a log that has a part of a run; absent where one log has all of it. */
  readonly part?: SnapshotPart;
}

/**
 * Which part of a run a log has: from its beginning on, from where another aggregator left off, or what a worker could not
 * commit. Parts may have the same snapshots.
 */
export interface SnapshotPart {
  readonly kind: 'beginning' | 'continuation' | 'leftovers';
  /** The process that kept it. */
  readonly by: string;
}

/** Says of which snapshot on a log has an epoch of a shard, where that is not its first. */
export interface SnapshotBegin {
  readonly shard: number;
  readonly epoch: number;
  readonly sequence: number;
}

/** Events that a report needs; a failure's message is its first line. */
export type LoggedEvent = Extract<RunEvent, { type: 'run-start' | 'run-stop' | 'worker-failed' }>;

/** What is known when a run is over and is not in its snapshots. */
export interface SnapshotEnd {
  /** Of a failure only the first line. */
  readonly ended: Omit<EndedRun, 'result'>;
  /** Of the report, beside those of `ended`. */
  readonly notes: readonly string[];
  /** As judged while the run went on: once the log was compacted they can no longer be. */
  readonly thresholds: readonly ThresholdResult[];
  readonly courses: readonly LoadCourse[];
}

/** Any further line of a snapshot log. */
export type SnapshotLine =
  | { readonly snapshot: MetricsSnapshot }
  | { readonly begin: SnapshotBegin }
  | { readonly event: LoggedEvent }
  | { readonly end: SnapshotEnd };

/** A part of a line as JSON, histograms in base64. */
export function encodePart(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) =>
    key === 'hdr' && part instanceof Uint8Array
      ? Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64')
      : part,
  );
}

/** The value of a line. Throws `SyntaxError` for what is no JSON. */
export function decodeLine(text: string): unknown {
  return JSON.parse(text, (key, part: unknown) =>
    key === 'hdr' && typeof part === 'string' ? Uint8Array.from(Buffer.from(part, 'base64')) : part,
  ) as unknown;
}

const omitted = '(left out)';

/** The first line of a log that this command begins now. */
export function snapshotHeader(
  plan: RunPlan,
  { clock, failOn }: { readonly clock: Pick<Clock, 'epochMs'>; readonly failOn: SnapshotHeader['failOn'] },
): SnapshotHeader {
  return {
    schema: snapshotSchema,
    version,
    createdAtEpochMs: clock.epochMs(),
    intervalMs: plan.snapshotIntervalMs,
    failOn,
    plan: planForLog(plan),
  };
}

/**
 * A run's plan as its log holds it. References such as `${API_KEY}` stay, as they do in a plan: only workers resolve them.
 * What a scenario file has literally in headers, queries, bodies and the credentials of a URL is left out: a report needs none of
 * it, and somebody may have written a secret there.
 */
export function planForLog(plan: RunPlan): RunPlan {
  const { targets, workloads } = plan.scenario;
  return {
    ...plan,
    scenario: {
      ...plan.scenario,
      targets: targets.map((target) => ({
        ...target,
        baseUrl:
          typeof target.baseUrl === 'string'
            ? withoutCredentials(target.baseUrl)
            : mapValues(target.baseUrl, withoutCredentials),
        headers: mapValues(target.headers, referenceOnly),
        query: mapValues(target.query, referenceOnly),
      })),
      workloads: workloads.map((workload) => ({
        ...workload,
        extraBody: withoutTexts(workload.extraBody),
        headers: mapValues(workload.headers, referenceOnly),
      })),
    },
  };
}

function referenceOnly(value: string): string {
  return /^(?:(?:Bearer|Basic) )?\$\{\w+\}$/.test(value) ? value : omitted;
}

/** The same members and lists, with nothing of their texts. */
function withoutTexts<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'string' ? omitted : part,
  ) as T;
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/?#]*@/, '//').replace(/[?#].*$/s, '');
}

function mapValues(record: Readonly<Record<string, string>>, map: (value: string) => string) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
