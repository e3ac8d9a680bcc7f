import { exitCodes } from '@tokenstorm/core';
import type { RunEntry } from '@tokenstorm/transport';
import type { RunsOptions } from '../flags/runs-options.ts';
import { RedisLink } from '../run/redis-link.ts';
import { layoutOf } from '../run/write-report.ts';
import { runListText } from '../view/run-list.ts';
import type { ListedRun } from '../view/run-list.ts';
import { styleOf } from '../view/style.ts';

/** `tokenstorm runs`: the runs over Redis, the newest first. Returns the exit code. */
export async function runsCommand(options: RunsOptions): Promise<number> {
  await using link = await RedisLink.open(options.redisUrl);
  const entries = await link.ask(link.transport.runs.list());
  const runs = await Promise.all(entries.map((entry) => listed(link, entry)));
  const { colours } = layoutOf(process.stdout, options.color);
  process.stdout.write(
    options.json ? `${JSON.stringify(runs, null, 2)}\n` : runListText(runs, styleOf(colours)),
  );
  return exitCodes.passed;
}

async function listed(link: RedisLink, entry: RunEntry): Promise<ListedRun> {
  const { runId, name, regions, createdAtEpochMs, verdict = null, validity = null } = entry;
  const ageMs = link.transport.clock.epochMs() - createdAtEpochMs;
  return {
    id: runId,
    name,
    state: verdict === null ? await stateOf(link, runId) : 'ended',
    regions,
    created_at: new Date(createdAtEpochMs).toISOString(),
    age_s: Math.max(0, Math.round(ageMs / 1000)),
    verdict,
    validity,
  };
}

async function stateOf(link: RedisLink, runId: string): Promise<ListedRun['state']> {
  const events = await link.ask(link.transport.runs.events(runId));
  if (!events.some(({ type }) => type === 'run-start')) return 'waiting';
  return events.some(({ type }) => type === 'run-stop') ? 'stopping' : 'running';
}
