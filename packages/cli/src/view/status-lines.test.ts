import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { progressRatio, remainingMs } from './live-status.ts';
import type { LiveStatus } from './live-status.ts';
import { statusBlock, statusLine } from './status-lines.ts';
import { styleOf } from './style.ts';

const start: LiveStatus = {
  stage: 'running',
  elapsedMs: 0,
  scheduled: 0,
  completed: 0,
  failed: 0,
  dropped: 0,
  lost: 0,
  cancelled: 0,
  inFlight: 0,
  startsPerSecond: 0,
  outputTokensPerSecond: 0,
};

describe('how far a run is', () => {
  it('is unknown without an end', () => {
    expect(progressRatio(start)).toBeUndefined();
    expect(remainingMs(start)).toBeUndefined();
  });

  it('goes by the time where the plan does', () => {
    const status = { ...start, elapsedMs: 10_000, plannedMs: 40_000 };
    expect(progressRatio(status)).toBe(0.25);
    expect(remainingMs(status)).toBe(30_000);
  });

  it('goes by the requests where the plan does', () => {
    const status = {
      ...start,
      elapsedMs: 10_000,
      plannedRequests: 100,
      completed: 15,
      failed: 3,
      dropped: 2,
    };
    expect(progressRatio(status)).toBe(0.2);
    expect(remainingMs(status)).toBe(40_000);
    expect(remainingMs({ ...status, completed: 0, failed: 0, dropped: 0 })).toBeUndefined();
  });

  it('is as far as the slower of both', () => {
    const status = { ...start, elapsedMs: 10_000, plannedMs: 20_000, plannedRequests: 100, completed: 10 };
    expect(progressRatio(status)).toBe(0.1);
    expect(remainingMs(status)).toBe(90_000);
  });

  it('stays within its bounds', () => {
    expect(progressRatio({ ...start, elapsedMs: -500, plannedMs: 1000 })).toBe(0);
    expect(progressRatio({ ...start, elapsedMs: 5000, plannedMs: 1000 })).toBe(1);
    expect(remainingMs({ ...start, elapsedMs: 5000, plannedMs: 1000 })).toBe(0);
  });
});

describe('status lines', () => {
  it('show a start without numbers', () => {
    expect(statusBlock({ ...start, stage: 'warming-up', elapsedMs: -200 }, page(80))).toEqual([
      'warm-up  0ms',
      'requests 0 done | 0/s | 0 in flight | 0 failed',
      'TTFT - | 0 tok/s',
    ]);
  });

  it('show the workers of each region, and how often the load moved, where several machines send', () => {
    const status = { ...start, workers: { eu: 3, 'us\u001B[2J': 1 }, takeOvers: 2 };
    expect(statusBlock(status, page(80)).slice(3)).toEqual(['workers: eu 3, us [2J 1 | 2 take-overs']);
    expect(statusLine(status)).toMatch(/0 failed, workers: eu 3, us \[2J 1, 2 take-overs$/);
    expect(statusBlock({ ...status, takeOvers: 0 }, page(80))[3]).toBe('workers: eu 3, us [2J 1');
  });

  it('show what it costs, and what of the budget is used', () => {
    const budget = { usd: { limit: 2, used: 0.4512 }, tokens: null, requests: { limit: 5000, used: 1200 } };
    const status = { ...start, costUsd: 0.42, budget };
    expect(statusBlock(status, page(80))[3]).toBe(
      'cost $0.42 | budget: $0.45 of $2.00, 1,200 of 5,000 requests',
    );
    expect(statusLine(status)).toMatch(
      /0 failed, cost \$0\.42, budget: \$0\.45 of \$2\.00, 1,200 of 5,000 requests$/,
    );
    expect(statusBlock({ ...start, costUsd: 0 }, page(80))[3]).toBe('cost $0');
  });

  it('show what is wrong', () => {
    const status = { ...start, plannedRequests: 1000, completed: 10, dropped: 4, lost: 2, failed: 1 };
    expect(statusBlock(status, page(80))[1]).toBe(
      'requests 17/1,000 done | 0/s | 0 in flight | 1 failed | 4 dropped | 2 lost',
    );
    expect(statusLine(status)).toBe(
      'running 0ms, 17/1,000 done, 0 req/s, 0 in flight, TTFT -, 0 tok/s, 1 failed, 4 dropped, 2 lost',
    );
  });

  const crowded: LiveStatus = {
    ...start,
    stage: 'draining',
    elapsedMs: 7_384_000,
    plannedMs: 7_200_000,
    plannedRequests: 10_000_000,
    completed: 9_999_000,
    failed: 99_999,
    dropped: 99_999,
    inFlight: 100_000,
    startsPerSecond: 12_345,
    outputTokensPerSecond: 9_999_999,
    ttftP50Ms: 12_345,
    ttftP99Ms: 123_456,
    generatorLagP99Ms: 6,
    cpuRatio: 1.5,
  };

  it.each([20, 40, 60, 79, 120])('keep to %d columns', (width) => {
    for (const line of statusBlock(crowded, page(width))) {
      expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  it('have the same words with colours, and colour only what needs attention', () => {
    const coloured = statusBlock(crowded, { width: 79, style: styleOf(true) });
    expect(coloured.map(stripVTControlCharacters)).toEqual(statusBlock(crowded, page(79)));
    expect(coloured[2]).toContain('\u001B[33m');
    expect(
      statusBlock({ ...crowded, generatorLagP99Ms: 5 }, { width: 79, style: styleOf(true) })[2],
    ).not.toContain('\u001B');
  });
});

function page(width: number) {
  return { width, style: styleOf(false) };
}
