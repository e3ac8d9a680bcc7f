import type { RequestCounts, WorkerStatus } from '@tokenstorm/worker';

/** What becomes of a request that a worker can tell of; that it is lost, only the aggregator can. */
export const outcomes = ['completed', 'failed', 'dropped', 'cancelled'] as const;

/** How many requests had each outcome. */
export type OutcomeCounts = Readonly<Pick<RequestCounts, (typeof outcomes)[number]>>;

/** What a worker process does at the moment, and did so far: plain data that a parent adds up over its children. */
export interface WorkerFigures {
  /** Only runs of which it holds shards, or has requests under way. */
  readonly runs: readonly HeldRun[];
  /** Since the process began. */
  readonly requests: OutcomeCounts;
  readonly redisConnected: boolean;
  /** Shards whose lease was lost, or was found lost after the process had been stopped. */
  readonly leasesLost: number;
  readonly snapshotsUncommitted: number;
  /** Runs that others have under way and it has no part in, because it lacks what they need. */
  readonly runsStayedOutOf: number;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

export interface HeldRun {
  readonly runId: string;
  readonly region: string;
  readonly shards: number;
  readonly inFlight: number;
}

/** The figures of this process; `status` is that of its worker, absent where it has none. */
export function figuresOf(
  status: Pick<WorkerStatus, 'runs' | 'requests'> | undefined,
  rest: Pick<WorkerFigures, 'redisConnected' | 'leasesLost' | 'snapshotsUncommitted' | 'runsStayedOutOf'> & {
    readonly region: string;
  },
): WorkerFigures {
  const { region, ...own } = rest;
  const { user, system } = process.cpuUsage();
  const { completed, failed, dropped, cancelled } = status?.requests ?? noOutcomes;
  return {
    runs: (status?.runs ?? []).map(({ runId, shards, inFlight }) => ({ runId, region, shards, inFlight })),
    requests: { completed, failed, dropped, cancelled },
    ...own,
    cpuSeconds: (user + system) / 1e6,
    rssBytes: process.memoryUsage.rss(),
  };
}

const noOutcomes: OutcomeCounts = { completed: 0, failed: 0, dropped: 0, cancelled: 0 };

/** The sum of several processes; connected where any of them is. */
export function addFigures(all: readonly WorkerFigures[]): WorkerFigures {
  const sum = (figure: (one: WorkerFigures) => number) => all.reduce((total, one) => total + figure(one), 0);
  return {
    runs: addRuns(all.flatMap(({ runs }) => runs)),
    requests: {
      completed: sum(({ requests }) => requests.completed),
      failed: sum(({ requests }) => requests.failed),
      dropped: sum(({ requests }) => requests.dropped),
      cancelled: sum(({ requests }) => requests.cancelled),
    },
    redisConnected: all.some(({ redisConnected }) => redisConnected),
    leasesLost: sum(({ leasesLost }) => leasesLost),
    snapshotsUncommitted: sum(({ snapshotsUncommitted }) => snapshotsUncommitted),
    runsStayedOutOf: sum(({ runsStayedOutOf }) => runsStayedOutOf),
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    rssBytes: sum(({ rssBytes }) => rssBytes),
  };
}

/** What stays of a process that has ended: its counts. */
export function countsOf(ended: WorkerFigures): WorkerFigures {
  return { ...ended, runs: [], redisConnected: false, snapshotsUncommitted: 0, rssBytes: 0 };
}

function addRuns(held: readonly HeldRun[]): readonly HeldRun[] {
  const sums = new Map<string, HeldRun>();
  for (const one of held) {
    const key = `${one.runId}/${one.region}`;
    const sum = sums.get(key);
    const added = { shards: one.shards + (sum?.shards ?? 0), inFlight: one.inFlight + (sum?.inFlight ?? 0) };
    sums.set(key, { ...one, ...added });
  }
  return [...sums.values()];
}
