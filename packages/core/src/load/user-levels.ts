import type { ShardSlice } from '../run.ts';
import type { Region } from '../scenario/scenario.ts';
import { splitByWeight } from './split.ts';

/**
 * The virtual users of a shard, each as the number of active users of the whole run from which on it is active,
 * ascending. Every level from 1 to `peak` belongs to one user of one shard for the whole run: at the peak each
 * region has its share by largest remainder, and below it the regions take turns in proportion to that, so that a
 * rising total never retires a user.
 */
export function userLevels(peak: number, regions: readonly Region[], shard: ShardSlice): number[] {
  const regionUsers = splitByWeight(
    peak,
    regions.map((region) => region.weight),
  );
  const regionIndex = regions.findIndex((region) => region.name === shard.region);
  const levels: number[] = [];
  for (let user = shard.slice; user < (regionUsers[regionIndex] ?? 0); user += shard.count) {
    levels.push(levelOf(user, regionIndex, regionUsers));
  }
  return levels;
}

/** User j of a region with n users has its turn at (j + 1/2) / n; at equal turns the earlier region goes first. */
function levelOf(user: number, regionIndex: number, regionUsers: readonly number[]): number {
  const own = regionUsers[regionIndex] ?? 0;
  const usersBefore = regionUsers.map((other, index) => {
    if (index === regionIndex) return user;
    const turn = ((2 * user + 1) * other - own) / (2 * own);
    return index < regionIndex ? Math.floor(turn) + 1 : Math.ceil(turn);
  });
  return usersBefore.reduce((sum, users) => sum + users, 1);
}
