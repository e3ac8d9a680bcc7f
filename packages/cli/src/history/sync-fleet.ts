import type { Report } from '@tokenstorm/core';
import type { RunEntry } from '@tokenstorm/transport';
import type { RedisLink } from '../run/redis-link.ts';
import type { KeptReport, RunHistory } from './run-history.ts';
import { summaryOf } from './run-summary.ts';

/** Reads the reports of ended runs over Redis that the history has not seen into it. Returns all that Redis lists, the newest first. */
export async function syncFleet(link: RedisLink, history: RunHistory): Promise<readonly RunEntry[]> {
  const entries = await link.ask(link.transport.runs.list());
  for (const { runId, verdict } of entries) {
    if (verdict === undefined || history.hasSeen(runId)) continue;
    const kept = await keptReport(link, runId);
    if (kept !== undefined) history.record(summaryOf(kept.report, null), kept);
  }
  return entries;
}

async function keptReport(link: RedisLink, runId: string): Promise<KeptReport | undefined> {
  const { runs } = link.transport;
  const [report, record]: readonly [Report | undefined, Awaited<ReturnType<typeof runs.record>>] =
    await link.ask(Promise.all([runs.report(runId), runs.record(runId)]));
  if (report === undefined) return undefined;
  return {
    report,
    allowInvalid: record?.plan.scenario.execution.onInvalid === 'warn',
    failOn: record?.failOn ?? 'invalid',
  };
}
