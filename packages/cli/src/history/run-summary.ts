import { createHash } from 'node:crypto';
import type { Report } from '@tokenstorm/core';

/** A run in the history: what a list and a choice need, its report aside. Snake case: it leaves the process as it is. */
export interface RunSummary {
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly started_at: string;
  readonly duration_s: number;
  readonly mode: Report['run']['mode'];
  readonly regions: readonly string[];
  readonly workers: number;
  /** Of Tokenstorm. */
  readonly version: string;
  readonly verdict: Report['verdict'];
  readonly validity: Report['validity']['level'];
  /** Scheduled, the warm-up left out. */
  readonly requests: number;
  /** Failed of those that ended, 0..1; `null` where none did. */
  readonly error_ratio: number | null;
  readonly ttft_p50_ms: number | null;
  readonly ttft_p95_ms: number | null;
  readonly ttft_p99_ms: number | null;
  readonly e2e_p95_ms: number | null;
  readonly output_tokens_per_second: number | null;
  readonly cost_usd: number | null;
  /** 12 digits that are the same where name, regions, targets and load are. */
  readonly scenario_hash: string;
  /** Of the folder that the run was started in; `null` outside a repository, and for runs that others started. */
  readonly git_commit: string | null;
}

/** The summary of a report. */
export function summaryOf(report: Report, gitCommit: string | null): RunSummary {
  const { run, accounting, metrics, throughput, cost } = report;
  const { failed, completed, scheduled } = accounting;
  const { ttft, e2e } = metrics;
  return {
    id: run.id,
    name: run.name,
    started_at: run.started_at,
    duration_s: run.duration_s,
    mode: run.mode,
    regions: run.regions,
    workers: run.workers,
    version: run.version,
    verdict: report.verdict,
    validity: report.validity.level,
    requests: scheduled,
    error_ratio: failed + completed === 0 ? null : failed / (failed + completed),
    ttft_p50_ms: ttft?.p50 ?? null,
    ttft_p95_ms: ttft?.p95 ?? null,
    ttft_p99_ms: ttft?.p99 ?? null,
    e2e_p95_ms: e2e?.p95 ?? null,
    output_tokens_per_second: throughput.output_tokens_per_second ?? null,
    cost_usd: cost?.total_usd ?? null,
    scenario_hash: scenarioHash(report),
    git_commit: gitCommit,
  };
}

function scenarioHash({ run: { name, regions, workloads } }: Report): string {
  return createHash('sha256')
    .update(JSON.stringify([name, regions, workloads]))
    .digest('hex')
    .slice(0, 12);
}
