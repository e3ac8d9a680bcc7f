import { usdText } from '@tokenstorm/core';
import { budgetUseTexts } from './budget-text.ts';
import { endedRequests, progressRatio, remainingMs } from './live-status.ts';
import type { LiveStatus } from './live-status.ts';
import { countText, durationText, measureText, numbered, rateText } from './number-text.ts';
import { plainText } from './page.ts';
import type { Page } from './page.ts';

/** From this lateness on the generator's own share in the numbers deserves a colour: a quarter of what is invalid. */
const noticeableLagMs = 5;

/** A status as a block of lines to be redrawn in place; none is wider than the page. */
export function statusBlock(status: LiveStatus, page: Page): string[] {
  return [
    progressLine(status, page),
    requestLine(status, page),
    latencyLine(status, page),
    ...moneyLines(status, page),
    ...fleetLines(status, page),
  ];
}

/** A status as one plain line for a log. */
export function statusLine(status: LiveStatus): string {
  const planned = status.plannedMs === undefined ? '' : `/${durationText(status.plannedMs)}`;
  return [
    `${stageWords[status.stage]} ${durationText(Math.max(0, status.elapsedMs))}${planned}`,
    `${countText(endedRequests(status))}${plannedText(status)} done`,
    `${rateText(status.startsPerSecond)} req/s`,
    `${countText(status.inFlight)} in flight`,
    `TTFT ${ttftText(status)}`,
    `${rateText(status.outputTokensPerSecond)} tok/s`,
    `${countText(status.failed)} failed`,
    ...troubles(status),
    ...moneyFacts(status),
    ...fleetFacts(status),
  ].join(', ');
}

const stageWords = { 'warming-up': 'warm-up', running: 'running', draining: 'draining' } as const;

function progressLine(status: LiveStatus, { width, style }: Page): string {
  const ratio = progressRatio(status);
  const elapsed = `${stageWords[status.stage].padEnd(8)} ${durationText(Math.max(0, status.elapsedMs))}`;
  const left = remainingMs(status);
  const ending = left === undefined || status.stage !== 'running' ? '' : `${durationText(left)} left`;
  if (ratio === undefined) return cut(elapsed, width);
  const percent = `${Math.floor(ratio * 100)}%`.padStart(4);
  const room = Math.min(40, width - elapsed.length - ending.length - percent.length - 5);
  if (room < 5) return cut(`${elapsed} ${percent} ${ending}`, width);
  const full = Math.floor(ratio * room);
  return `${elapsed}  ${style.good('█'.repeat(full))}${style.faint('░'.repeat(room - full))} ${percent}  ${ending}`;
}

function requestLine(status: LiveStatus, { width, style }: Page): string {
  const plain = [
    `requests ${countText(endedRequests(status))}${plannedText(status)} done`,
    `${rateText(status.startsPerSecond)}/s`,
    `${countText(status.inFlight)} in flight`,
    ...(status.failed > 0 ? [`${countText(status.failed)} failed`] : ['0 failed']),
    ...troubles(status),
  ];
  const line = cut(plain.join(' | '), width);
  return status.failed > 0 || troubles(status).length > 0 ? style.warning(line) : line;
}

function latencyLine(status: LiveStatus, { width, style }: Page): string {
  const lag = status.generatorLagP99Ms;
  const parts = [
    `TTFT ${ttftText(status)}`,
    `${rateText(status.outputTokensPerSecond)} tok/s`,
    ...(lag === undefined ? [] : [`generator lag p99 ${measureText(lag)} ms`]),
    ...(status.cpuRatio === undefined ? [] : [`CPU ${Math.round(status.cpuRatio * 100)}%`]),
  ];
  const line = cut(parts.join(' | '), width);
  return lag !== undefined && lag > noticeableLagMs ? style.warning(line) : line;
}

function moneyLines(status: LiveStatus, { width }: Page): string[] {
  const facts = moneyFacts(status);
  return facts.length === 0 ? [] : [cut(facts.join(' | '), width)];
}

/** Of the budget more is used than the completed requests cost: those under way and the failed ones too. */
function moneyFacts({ costUsd, budget }: LiveStatus): string[] {
  return [
    ...(costUsd === undefined ? [] : [`cost ${usdText(costUsd)}`]),
    ...(budget === undefined ? [] : [`budget: ${budgetUseTexts(budget).join(', ')}`]),
  ];
}

function fleetLines(status: LiveStatus, { width, style }: Page): string[] {
  const facts = fleetFacts(status);
  if (facts.length === 0) return [];
  const line = cut(facts.join(' | '), width);
  return [Object.values(status.workers ?? {}).includes(0) ? style.warning(line) : line];
}

function fleetFacts({ workers = {}, takeOvers = 0 }: LiveStatus): string[] {
  const regions = Object.entries(workers).map(
    ([region, count]) => `${plainText(region)} ${countText(count)}`,
  );
  return [
    ...(regions.length === 0 ? [] : [`workers: ${regions.join(', ')}`]),
    ...(takeOvers === 0 ? [] : [numbered(takeOvers, 'take-over')]),
  ];
}

function plannedText(status: LiveStatus): string {
  return status.plannedRequests === undefined ? '' : `/${countText(status.plannedRequests)}`;
}

function ttftText({ ttftP50Ms, ttftP99Ms }: LiveStatus): string {
  if (ttftP50Ms === undefined || ttftP99Ms === undefined) return '-';
  return `p50 ${measureText(ttftP50Ms)} p99 ${measureText(ttftP99Ms)} ms`;
}

function troubles({ dropped, lost }: LiveStatus): string[] {
  return [
    ...(dropped > 0 ? [`${countText(dropped)} dropped`] : []),
    ...(lost > 0 ? [`${countText(lost)} lost`] : []),
  ];
}

function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
