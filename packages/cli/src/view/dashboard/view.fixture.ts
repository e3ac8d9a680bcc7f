import type { LiveDetail, LiveLatencies, LiveSlice } from '../live-status-detail.ts';
import type { LiveStatus } from '../live-status.ts';
import { History } from './history.ts';
import type { ViewState } from './view-state.ts';

const latencies: LiveLatencies = {
  ttft: [90.7, 130.7, 180.3],
  e2e: [599, 667.1, 698.4],
  icl: [7.15, 15.4, 46.6],
  tpot: [8.22, 8.86, 9.4],
};

/** A slice with figures of its own where some are given. */
export function sliceOf(kind: LiveSlice['kind'], name: string, changes: Partial<LiveSlice> = {}): LiveSlice {
  return {
    kind,
    name,
    completed: 225,
    failed: 3,
    dropped: 0,
    lost: 0,
    errors: { 'rate-limited': 2, timeout: 1 },
    startsPerSecond: 19.8,
    outputTokensPerSecond: 1523,
    recent: latencies,
    sofar: latencies,
    ...changes,
  };
}

/** A detail of one slice, with what a run may have beside it. */
export function detailOf(changes: Partial<LiveDetail> = {}): LiveDetail {
  return {
    askedPerSecond: 20,
    cost: '$0.42',
    budget: '$0.45 of $2.00',
    slices: [sliceOf('all', 'all requests')],
    regions: [{ region: 'default', inFlight: 12, cpuRatio: 0.12 }],
    thresholds: [
      { rule: 'ttft: p(95) < 800ms', state: 'passing', measured: '130.7 ms' },
      { rule: 'errors: rate < 1%', state: 'failing', measured: '1.3158%' },
    ],
    lights: [
      { name: 'lag', level: 'valid', measured: 1.03, limit: 5 },
      { name: 'stamps', level: 'suspect', measured: 1.38, limit: 1.25 },
      { name: 'cpu', level: 'valid', measured: 0.002, limit: 0.1 },
      { name: 'lost', level: 'valid', measured: 0, limit: 0 },
      { name: 'knee', level: 'valid', measured: 0, limit: 0.01 },
      { name: 'errors', level: 'valid', measured: 0.013, limit: 0.5 },
    ],
    ...changes,
  };
}

/** Names as long and as strange as a scenario's may be. */
export const crowded: LiveDetail = detailOf({
  slices: [
    sliceOf('all', 'all requests', {
      errors: Object.fromEntries(errorKinds().map((kind) => [kind, 12_345])),
    }),
    ...[
      'own/模型-大きい',
      'own/👩‍👩‍👧‍👦-family',
      'other/gpt-4-turbo-preview-2024-04-09',
      'x/e\u0301',
      'x/\u001B[2Jy',
    ].map((name) => sliceOf('target', name, { completed: 123_456_789, startsPerSecond: 12_345.6 })),
    sliceOf('region', 'eu-west'),
    sliceOf('region', 'us-east', { recent: {}, sofar: {} }),
  ],
  thresholds: Array.from({ length: 9 }, (_, index) => ({
    rule: `ttft{model:模型-大きい}: p(99.${index}) < 800ms, over 30s`,
    state: (['passing', 'failing', 'unknown'] as const)[index % 3] ?? 'unknown',
    measured: '12345 ms',
  })),
});

function errorKinds(): string[] {
  return ['rate-limited', 'timeout-first-token', 'connection-reset', 'server-error', 'bad-json', 'truncated'];
}

/** A state after so many statuses with this detail. */
export function stateOf(
  detail: LiveDetail | undefined,
  changes: Partial<ViewState> = {},
  statuses = 30,
): ViewState {
  const history = new History();
  for (let second = 1; second <= statuses; second++)
    history.add(statusOf(detail, { elapsedMs: second * 1000 }));
  return {
    about: { name: 'chat-eu-us', runId: '20261121-084512-k3v9qd', stopping: 'ends' },
    status: statusOf(detail),
    history,
    messages: [],
    isPaused: false,
    showsHelp: false,
    hasKeys: true,
    selected: undefined,
    ...changes,
  };
}

export function statusOf(detail: LiveDetail | undefined, changes: Partial<LiveStatus> = {}): LiveStatus {
  return {
    stage: 'running',
    elapsedMs: 12_000,
    plannedMs: 30_000,
    scheduled: 240,
    completed: 225,
    failed: 3,
    dropped: 0,
    lost: 0,
    cancelled: 0,
    inFlight: 12,
    startsPerSecond: 19.8,
    outputTokensPerSecond: 1523,
    cpuRatio: 0.12,
    ...(detail !== undefined && { detail }),
    ...changes,
  };
}
