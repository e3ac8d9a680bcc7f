import { describe, expect, it } from 'vitest';
import { Alert, alertRule } from './alert.ts';
import { callAt, failedCallAt, sampleOf } from './call-sample.fixture.ts';
import { seriesOf } from './call-sample.ts';
import type { MonitoredCall } from './monitored-call.ts';

const startMs = Date.UTC(2026, 10, 21, 12);
const defaults = { windowMs: 60_000, leastCalls: 3 };

function alertOf(metric: string, expression: string): Alert {
  return new Alert(alertRule({ metric, expression }, defaults), () => undefined);
}

/** What the alert says after each of these calls, one each 10 s. */
function said(alert: Alert, calls: readonly ((atMs: number) => MonitoredCall)[]) {
  return calls.map((make, index) => {
    const atMs = startMs + index * 10_000;
    alert.add(seriesOf(sampleOf(make(atMs)), new Set(['ttft'])), atMs);
    return alert.judge(atMs)?.state;
  });
}

const slow = (atMs: number) => callAt(atMs, { metrics: { ttft: 3000 } });
const none = undefined;

describe('an alert', () => {
  it('fires once when its threshold does not hold, and is resolved once when it holds again', () => {
    const alert = alertOf('ttft', 'med < 2s');
    const calls = [callAt, slow, slow, slow, callAt, callAt, callAt, callAt, callAt];
    // Six calls fit into the minute: the medians are 100, 100 | 3000, then again from three of six on.
    expect(said(alert, calls)).toEqual([none, none, 'firing', none, none, 'resolved', none, none, none]);
    expect(alert.state).toBe('ok');
  });

  it('is not judged with too few calls, and keeps its state without any', () => {
    const alert = alertOf('ttft', 'max < 2s');
    expect(said(alert, [slow, slow])).toEqual([none, none]);
    expect(said(alert, [slow])).toEqual(['firing']);
    expect(alert.judge(startMs + 600_000)).toBeUndefined();
    expect(alert.state).toBe('firing');
  });

  it('fires where every call of the window failed, though there is nothing to measure', () => {
    const alert = alertOf('ttft', 'p(95) < 2s');
    for (let index = 0; index < 3; index++) {
      const atMs = startMs + index;
      alert.add(seriesOf(sampleOf(failedCallAt(atMs)), new Set()), atMs);
    }
    expect(alert.judge(startMs + 3)).toMatchObject({
      state: 'firing',
      measured: null,
      limit: 2000,
      calls: 3,
    });
  });

  it('looks at the calls with its tags only', () => {
    const alert = alertOf('errors{provider:own}', 'rate < 10%');
    const other = (atMs: number) => failedCallAt(atMs, { provider: 'other' });
    expect(said(alert, [other, other, other, callAt, callAt, callAt])).toEqual(Array(6).fill(none));
    expect(said(alert, [failedCallAt])).toEqual(['firing']);
  });

  it('goes on with the state that an earlier monitor left', () => {
    const alert = alertOf('errors', 'rate < 50%');
    alert.resume('firing');
    expect(said(alert, [callAt, callAt, callAt])).toEqual([none, none, 'resolved']);
  });
});
