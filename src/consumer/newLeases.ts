import type { Checkpoint, Lease, NewLease } from '../checkpoint/Lease.ts';
import type { StartAt } from './StartAt.ts';
import { ancestorsOf, type ShardInfo, type Topology } from './topology.ts';

/**
 * The leases that the store lacks, children before their parents.
 *
 * A shard begins at `startAt` only if the application has no history with it: once an ancestor has a lease, or all shards that have one are
 * gone, it begins at `TRIM_HORIZON`, for else a reshard or a long stop would lose what came between. Children come first, so that
 * a second worker that starts meanwhile never takes a shard for the child of one with history.
 */
export function newLeases(topology: Topology, leases: readonly Lease[], startAt: StartAt): readonly NewLease[] {
  const leased = new Set(leases.map(({ shardId }) => shardId));
  const missing = [...topology.values()].filter(({ shardId }) => !leased.has(shardId));
  if (missing.length === 0) return [];
  const allIsGone = leased.size > 0 && ![...leased].some((id) => topology.has(id));
  const begun = startAtsDescendants(topology, startAt);
  const lineage = new Map(missing.map(({ shardId }) => [shardId, ancestorsOf(topology, shardId)]));
  const ancestorsFor = (shard: ShardInfo) => lineage.get(shard.shardId) ?? new Set<string>();
  return missing
    .toSorted((a, b) => ancestorsFor(b).size - ancestorsFor(a).size)
    .map((shard) => {
      const hasHistory = allIsGone || [...ancestorsFor(shard)].some((id) => leased.has(id));
      const checkpoint = hasHistory ? 'TRIM_HORIZON' : beginning(shard, startAt, begun);
      return {
        shardId: shard.shardId,
        parentShardIds: shard.parentShardIds,
        startingHashKey: shard.startingHashKey,
        endingHashKey: shard.endingHashKey,
        checkpoint,
      };
    });
}

function beginning(shard: ShardInfo, startAt: StartAt, begun: ReadonlySet<string>): Checkpoint {
  if (startAt === 'TRIM_HORIZON') return 'TRIM_HORIZON';
  // A closed shard has no latest record: all that it holds was written before.
  if (startAt === 'LATEST') return shard.isOpen ? 'LATEST' : 'SHARD_END';
  if (startAt instanceof Date) return { atTimestamp: startAt };
  // A descendant has a position: this shard was read to its end.
  return startAt[shard.shardId] ?? (begun.has(shard.shardId) ? 'SHARD_END' : 'TRIM_HORIZON');
}

/** The ancestors of the shards that positions were given for. */
function startAtsDescendants(topology: Topology, startAt: StartAt): ReadonlySet<string> {
  if (typeof startAt === 'string' || startAt instanceof Date) return new Set();
  return new Set(Object.keys(startAt).flatMap((shardId) => [...ancestorsOf(topology, shardId)]));
}
