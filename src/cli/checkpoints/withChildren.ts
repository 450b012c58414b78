import type { Lease } from '../../index.ts';

/** The shards that were split or merged, as far as the leases of a stream tell: they take no more writes. */
export function withChildren(all: readonly Lease[]): ReadonlySet<string> {
  return new Set([
    ...all.flatMap(({ parentShardIds }) => parentShardIds),
    ...all.filter(({ childShardIds }) => childShardIds.length > 0).map(({ shardId }) => shardId),
  ]);
}
