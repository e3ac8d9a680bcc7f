import { setImmediate as nextTurn } from 'node:timers/promises';
import { isOpenLoop, rateAt, usdText } from '@tokenstorm/core';
import type { Scenario, TrendName } from '@tokenstorm/core';
import type { RunStatus } from '@tokenstorm/aggregator';
import { measuredText } from '../reporters/text/thresholds-section.ts';
import { budgetUseTexts } from '../view/budget-text.ts';
import { durationText } from '../view/number-text.ts';
import type { LiveDetail, LivePercentiles, LiveThreshold } from '../view/live-status-detail.ts';
import type { LiveStatus } from '../view/live-status.ts';
import { judgedTrends, lightsOf } from './live-lights.ts';
import { LiveSlices } from './live-slices.ts';
import type { Turn } from './live-slices.ts';

/** Turns the fold's state into what the dashboard shows, in steps between which the event loop turns. One call at a time. */
export function liveDetailOf(
  scenario: Scenario,
  turn: Turn = nextTurn,
): (status: RunStatus, live: Pick<LiveStatus, 'costUsd' | 'budget'>) => Promise<LiveDetail> {
  const slices = new LiveSlices(scenario, turn);
  return async (status, live) => ({
    ...askedFigure(scenario, status),
    ...moneyTexts(live),
    slices: await slices.of(status),
    regions: status.regions().map(({ region, inFlight, cpuRatio }) => ({
      region,
      inFlight,
      ...(cpuRatio !== undefined && { cpuRatio }),
    })),
    thresholds: await thresholdsOf(scenario, status, turn),
    lights: lightsOf({
      accounting: status.totals.figures({ phase: 'main' }).accounting,
      percentiles: await judgedPercentiles(slices, status),
      courses: status.courses(),
      health: status.health(),
    }),
  });
}

/** Of the budget more is used than the completed requests cost: those under way and the failed ones too. */
function moneyTexts({ costUsd, budget }: Pick<LiveStatus, 'costUsd' | 'budget'>) {
  return {
    ...(costUsd !== undefined && { cost: usdText(costUsd) }),
    ...(budget !== undefined && { budget: budgetUseTexts(budget).join(', ') }),
  };
}

async function judgedPercentiles(slices: LiveSlices, { totals }: RunStatus) {
  const percentiles = new Map<TrendName, LivePercentiles>();
  for (const name of judgedTrends) {
    const known = await slices.percentiles([totals], name, { phase: 'main' });
    if (known !== undefined) percentiles.set(name, known);
  }
  return percentiles;
}

async function thresholdsOf(
  { thresholds }: Scenario,
  status: RunStatus,
  turn: Turn,
): Promise<LiveThreshold[]> {
  const judged: LiveThreshold[] = [];
  for (const [index, { metric, expression, windowMs }] of thresholds.entries()) {
    await turn();
    const result = status.threshold(index);
    const state = result.measured === null ? 'unknown' : result.passed ? 'passing' : 'failing';
    const over = windowMs === undefined ? '' : `, over ${durationText(windowMs)}`;
    judged.push({ rule: `${metric}: ${expression}${over}`, state, measured: measuredText(result) });
  }
  return judged;
}

/** What the schedules ask for in the middle of the last seconds, which the rate beside it is taken over. */
function askedFigure({ workloads }: Scenario, status: RunStatus): Pick<LiveDetail, 'askedPerSecond'> {
  const atMs = status.knownUpToMs - status.recentMs / 2;
  const rates = workloads.flatMap(({ load, startAfterMs, targets }) =>
    isOpenLoop(load) ? [rateAt(load, atMs - startAfterMs) * targets.length] : [],
  );
  return rates.length === 0 || rates.length < workloads.length
    ? {}
    : { askedPerSecond: rates.reduce((sum, rate) => sum + rate, 0) };
}
