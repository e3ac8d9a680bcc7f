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

/**
 * The same with as many shards in each region as it is worth (at least 1). They are numbered slice by slice, so that the first
 * ones, which what there is little of goes to, lie in all regions.
 */
export function planRegionalShards(
  regions: readonly { readonly name: string; readonly shards: number }[],
): ShardSlice[] {
  const most = Math.max(0, ...regions.map(({ shards }) => shards));
  const slices = Array.from({ length: most }, (_, slice) =>
    regions
      .filter(({ shards }) => slice < shards)
      .map(({ name, shards }) => ({ region: name, slice, count: shards })),
  );
  return slices.flat().map((slice, shard) => ({ shard, ...slice }));
}
