/** Runs that the same workers of a region share, as one worker sees them in one beat. */
export interface SharedRuns {
  readonly runIds: readonly string[];
  /** Workers that share them: those that live and do not stay out. */
  readonly members: number;
  /** This worker's place among them, from 0. */
  readonly rank: number;
  /** This worker stays out of them. */
  readonly isOut: boolean;
  /** Shards that are not finished, held or not. */
  readonly unfinished: number;
  /** Shards of these runs, finished or not. */
  readonly shards: number;
}

/** What one worker sees of its region in one beat. */
export interface RegionView {
  /** Workers that live. */
  readonly members: number;
  /** The runs that have unfinished shards, by who shares them: mostly all workers share all. Those that most share come first. */
  readonly shared: readonly SharedRuns[];
}

/** One run with unfinished shards. */
export interface RunCounts {
  readonly runId: string;
  readonly unfinished: number;
  /** Finished or not. */
  readonly shards: number;
  /** Ids of the live workers that stay out of it, ascending. */
  readonly out: readonly string[];
}

/** Those who live, and the place of a worker among them by its id, from 0. */
export interface LiveMembers {
  readonly memberId: string;
  readonly members: number;
  readonly rank: number;
}

/** Puts runs together that the same workers share. A run that all stay out of is shared by all: somebody has to say why it cannot go on. */
export function regionView(live: LiveMembers, runs: readonly RunCounts[]): RegionView {
  const outOf = ({ out }: RunCounts) => (out.length < live.members ? out : []);
  const groups = Map.groupBy(runs, (run) => JSON.stringify(outOf(run)));
  const shared = [...groups.values()].map((group) => sharedRuns(live, group, outOf(group[0] as RunCounts)));
  return { members: live.members, shared: shared.toSorted((one, other) => other.members - one.members) };
}

function sharedRuns(live: LiveMembers, runs: readonly RunCounts[], out: readonly string[]): SharedRuns {
  const sum = (count: (run: RunCounts) => number) => runs.reduce((total, run) => total + count(run), 0);
  return {
    runIds: runs.map(({ runId }) => runId),
    members: live.members - out.length,
    rank: live.rank - out.filter((id) => id < live.memberId).length,
    isOut: out.includes(live.memberId),
    unfinished: sum(({ unfinished }) => unfinished),
    shards: sum(({ shards }) => shards),
  };
}

/**
 * How many shards a worker may hold: the shards over the workers, the remainder by rank. Over all workers that see the same it
 * adds up to all shards, so that none stays unheld.
 */
export function fairShare({
  members,
  rank,
  isOut,
  unfinished,
}: Pick<SharedRuns, 'members' | 'rank' | 'isOut' | 'unfinished'>): number {
  if (members === 0 || isOut) return 0;
  return Math.floor(unfinished / members) + (rank < unfinished % members ? 1 : 0);
}

/**
 * How many shards too many a worker holds that has finished others of the same runs. Both what is left and what there was to do must
 * be more than its part, each rounded up: shards near their end do not move only because others ended before them, nor
 * for a remainder.
 */
export function surplus(
  held: number,
  finished: number,
  { members, isOut, unfinished, shards }: Pick<SharedRuns, 'members' | 'isOut' | 'unfinished' | 'shards'>,
): number {
  if (members === 0) return 0;
  if (isOut) return held;
  const ofTheRest = held - Math.ceil(unfinished / members);
  const ofAll = held + finished - Math.ceil(shards / members);
  return Math.max(0, Math.min(ofTheRest, ofAll));
}
