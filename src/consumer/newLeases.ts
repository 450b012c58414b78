import { isPosition } from '../checkpoint/isProgress.ts';
import type { Checkpoint, Lease, NewLease } from '../checkpoint/Lease.ts';
import type { StartAt } from './StartAt.ts';
import { ancestorsOf, type ShardInfo, type Topology } from './topology.ts';

/**
 * The leases that the store lacks, children before their parents.
 *
 * A shard of which a descendant has been read was read to its end, and its lease cleared away, as a KCL does. Any other begins at `startAt` only if
 * the application has no history with it: once an ancestor has a lease, or all shards that have one are gone, it begins at `TRIM_HORIZON`, for
 * else a reshard or a long stop would lose what came between; so it does where an application that has read has forgotten what came
 * before the shard. Children come first, so that a second worker that starts meanwhile never takes a shard for the child of one with history.
 */
export function newLeases(topology: Topology, leases: readonly Lease[], startAt: StartAt): readonly NewLease[] {
  const leased = new Set(leases.map(({ shardId }) => shardId));
  const missing = [...topology.values()].filter(({ shardId }) => !leased.has(shardId));
  if (missing.length === 0) return [];
  const allIsGone = leased.size > 0 && ![...leased].some((id) => topology.has(id));
  // What nobody has taken yet may be there since this very start.
  const hasRead = leases.some(({ counter }) => counter > 0);
  const ended = ancestorsOfAll(topology, leases.filter(hasBegun));
  const begun = ancestorsOfAll(topology, shardsNamedBy(startAt));
  const lineage = new Map(missing.map(({ shardId }) => [shardId, ancestorsOf(topology, shardId)]));
  const ancestorsFor = (shard: ShardInfo) => [...(lineage.get(shard.shardId) ?? [])];
  const checkpointFor = (shard: ShardInfo): Checkpoint => {
    if (ended.has(shard.shardId)) return 'SHARD_END';
    const ancestors = ancestorsFor(shard);
    if (allIsGone || ancestors.some((id) => leased.has(id))) return 'TRIM_HORIZON';
    const isByTime = startAt === 'LATEST' || startAt instanceof Date;
    if (isByTime && hasRead && ancestors.some((id) => !topology.has(id))) return 'TRIM_HORIZON';
    return beginning(shard, startAt, begun);
  };
  return missing
    .toSorted((a, b) => ancestorsFor(b).length - ancestorsFor(a).length)
    .map((shard) => ({
      shardId: shard.shardId,
      parentShardIds: shard.parentShardIds,
      startingHashKey: shard.startingHashKey,
      endingHashKey: shard.endingHashKey,
      checkpoint: checkpointFor(shard),
    }));
}

function beginning(shard: ShardInfo, startAt: StartAt, begun: ReadonlySet<string>): Checkpoint {
  if (startAt === 'TRIM_HORIZON') return 'TRIM_HORIZON';
  // A closed shard has no latest record: all that it holds was written before.
  if (startAt === 'LATEST') return shard.isOpen ? 'LATEST' : 'SHARD_END';
  if (startAt instanceof Date) return { atTimestamp: startAt };
  // A descendant has a position: this shard was read to its end.
  return startAt[shard.shardId] ?? (begun.has(shard.shardId) ? 'SHARD_END' : 'TRIM_HORIZON');
}

/** Something of the shard was settled, so all of its parents was. A place to begin at says nothing: it is there before they are read. */
const hasBegun = ({ checkpoint }: Lease) => checkpoint === 'SHARD_END' || isPosition(checkpoint);

const shardsNamedBy = (startAt: StartAt): readonly { readonly shardId: string }[] =>
  typeof startAt === 'string' || startAt instanceof Date ? [] : Object.keys(startAt).map((shardId) => ({ shardId }));

const ancestorsOfAll = (topology: Topology, shards: readonly { readonly shardId: string }[]): ReadonlySet<string> =>
  new Set(shards.flatMap(({ shardId }) => [...ancestorsOf(topology, shardId)]));
