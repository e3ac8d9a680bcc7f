import { setTimeout as sleep } from 'node:timers/promises';
import { Coordinator } from '@tokenstorm/coordinator';
import { TokenstormError, exitCodes } from '@tokenstorm/core';
import type { RunRecord } from '@tokenstorm/transport';
import { notStarted } from '../audit/not-started.ts';
import type { StopOptions } from '../flags/runs-options.ts';
import { RedisLink } from '../run/redis-link.ts';
import { chosenRun } from '../run/remote-runs.ts';

/** How long a run that has not started has to do so, or to be taken back, by whoever leads it. */
const unledMs = 3000;
const lookEveryMs = 250;

/** `tokenstorm stop`: ends a run over Redis before its time, and waits for nothing. Returns the exit code. */
export async function stopCommand(options: StopOptions): Promise<number> {
  await using link = await RedisLink.open(options.redisUrl);
  const { runs } = link.transport;
  const { runId } = chosenRun(await link.ask(runs.list()), options.run);
  const record = await link.ask(runs.record(runId));
  if (record === undefined) throw new TokenstormError('E_FLEET', `run ${runId} has just been taken back`);
  if ((await link.ask(runs.report(runId))) !== undefined) {
    say(`Run ${runId} has ended already: tokenstorm report ${runId} prints its report.`);
    return exitCodes.passed;
  }
  const mode = options.now ? 'now' : 'drain';
  await link.ask(new Coordinator(link.transport, record.plan).stop(mode, 'interrupted'));
  if (await isStarted(link, runId)) {
    say(
      options.now
        ? `Stopping run ${runId} now: requests under way are cancelled.`
        : `Stopping run ${runId}: requests under way may finish. With --now they are cancelled.`,
    );
  } else say(await endUnstarted(link, record));
  return exitCodes.passed;
}

/** A run that is stopped before its start still starts, and ends at once, where somebody leads it; else it is taken back. */
async function endUnstarted(link: RedisLink, { plan }: RunRecord): Promise<string> {
  const { runId } = plan;
  const { runs, clock } = link.transport;
  const deadlineMs = clock.nowMs() + unledMs;
  while (clock.nowMs() < deadlineMs) {
    if ((await link.ask(runs.record(runId))) === undefined)
      return `Run ${runId} was taken back before its start.`;
    if (await isStarted(link, runId)) return `Stopping run ${runId} before its first request.`;
    await sleep(lookEveryMs);
  }
  await link.ask(runs.remove(runId, notStarted(plan, clock.epochMs())));
  return `Run ${runId} had not started, and nobody led it: taken back.`;
}

async function isStarted(link: RedisLink, runId: string): Promise<boolean> {
  const events = await link.ask(link.transport.runs.events(runId));
  return events.some(({ type }) => type === 'run-start');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
