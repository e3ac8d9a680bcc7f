import type { ShardSlice } from '../run.ts';

/** The shards of a run: `shardsPerRegion` (at least 1) equal slices of each region's schedule, numbered through the run. */
export function planShards(
  regions: readonly { readonly name: string }[],
  shardsPerRegion: number,
): ShardSlice[] {
  return regions.flatMap((region, regionIndex) =>
    Array.from({ length: shardsPerRegion }, (_, slice) => ({
      shard: regionIndex * shardsPerRegion + slice,
      region: region.name,
      slice,
      count: shardsPerRegion,
    })),
  );
}
