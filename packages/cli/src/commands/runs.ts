import { exitCodes } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import type { ListOptions, RunsOptions, TrendOptions } from '../flags/history-options.ts';
import { chosenRuns } from '../history/chosen-runs.ts';
import { changeRun } from '../history/change-run.ts';
import { listedRuns, listedUnderWay } from '../history/listed-runs.ts';
import { withHistory } from '../history/open-history.ts';
import { pruneHistory } from '../history/prune.ts';
import type { RunHistory } from '../history/run-history.ts';
import { syncFleet } from '../history/sync-fleet.ts';
import { trendMetric } from '../history/trend-metric.ts';
import { trendOf } from '../history/trend.ts';
import { RedisLink } from '../run/redis-link.ts';
import { layoutOf } from '../run/write-report.ts';
import { numbered } from '../view/number-text.ts';
import type { Page } from '../view/page.ts';
import { runListText } from '../view/run-list.ts';
import { styleOf } from '../view/style.ts';
import { trendChart } from '../view/trend-chart.ts';

/** `tokenstorm runs` and the commands under it. Returns the exit code. */
export async function runsCommand(options: RunsOptions): Promise<number> {
  return withHistory(process.env, async (history) => {
    await using link = await linkOf(options);
    // What ended over Redis is known here from then on: everything else is the same for both.
    const entries = link === undefined ? [] : await syncFleet(link, history);
    if (options.action === 'list') {
      const underWay = link === undefined ? [] : await listedUnderWay(link, entries);
      printList([...underWay, ...listedRuns(history.list(), systemClock.epochMs())], options);
    } else await act(history, options);
    return exitCodes.passed;
  });
}

async function linkOf(options: RunsOptions): Promise<RedisLink | undefined> {
  const redisUrl = options.action === 'prune' ? undefined : options.redisUrl;
  return redisUrl === undefined ? undefined : RedisLink.open(redisUrl);
}

async function act(history: RunHistory, options: Exclude<RunsOptions, ListOptions>): Promise<void> {
  const inUse = { environment: process.env, nowEpochMs: systemClock.epochMs() };
  if (options.action === 'trend') printTrend(history, options);
  else if (options.action === 'prune') say(await pruneHistory(history, options, inUse));
  else say(await changeRun(history, options, inUse));
}

function printList(all: Parameters<typeof runListText>[0], options: ListOptions): void {
  const chosen = chosenRuns(all, options.choice, systemClock.epochMs()).toSorted((a, b) =>
    b.created_at.localeCompare(a.created_at),
  );
  const shown = chosen.slice(0, options.limit);
  if (options.json) return say(JSON.stringify(shown, null, 2));
  if (shown.length === 0) return say(nothing(all.length, options));
  process.stdout.write(runListText(shown, pageOf(options)));
  const left = chosen.length - shown.length;
  if (left > 0) say(`${numbered(left, 'older run')}: --limit ${chosen.length} lists all.`);
}

function nothing(all: number, { redisUrl }: ListOptions): string {
  if (all > 0) return 'No run is as asked for.';
  const where = redisUrl === undefined ? 'on this machine' : 'on this machine or in this Redis';
  return `There are no runs yet ${where}.`;
}

function printTrend(history: RunHistory, options: TrendOptions): void {
  const trend = trendOf(history, trendMetric(options.metric), {
    ...options,
    nowEpochMs: systemClock.epochMs(),
  });
  if (options.json) return say(JSON.stringify(trend, null, 2));
  process.stdout.write(trendChart(trend, pageOf(options)));
}

/** A list may be as wide as the terminal is. */
function pageOf({ color }: { readonly color: boolean }): Page {
  const { width, colours } = layoutOf(process.stdout, color);
  const { isTTY, columns } = process.stdout;
  return { width: isTTY ? Math.max(width, columns) : width, style: styleOf(colours) };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
