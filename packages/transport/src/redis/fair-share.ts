/** What one worker sees of its region in one beat. */
export interface RegionView {
  /** Workers that live. */
  readonly members: number;
  /** This worker's place among them, from 0. */
  readonly rank: number;
  /** Shards that are not finished, held or not. */
  readonly unfinished: number;
  /** Shards, finished or not, of the runs of which one at least is not. */
  readonly ofUnfinishedRuns: number;
  /** Those runs. */
  readonly unfinishedRuns: readonly string[];
}

/**
 * How many shards a worker may hold: the shards over the workers, the remainder by rank. Over all workers that see the same it
 * adds up to all shards, so that none stays unheld.
 */
export function fairShare({
  members,
  rank,
  unfinished,
}: Pick<RegionView, 'members' | 'rank' | 'unfinished'>): number {
  if (members === 0) return 0;
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
  { members, unfinished, ofUnfinishedRuns }: Pick<RegionView, 'members' | 'unfinished' | 'ofUnfinishedRuns'>,
): number {
  if (members === 0) return 0;
  const ofTheRest = held - Math.ceil(unfinished / members);
  const ofAll = held + finished - Math.ceil(ofUnfinishedRuns / members);
  return Math.max(0, Math.min(ofTheRest, ofAll));
}
