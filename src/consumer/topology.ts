/** A shard as the service lists it. */
export interface ShardInfo {
  readonly shardId: string;
  /** None, one (after a split), or two (after a merge). They may be gone from the listing. */
  readonly parentShardIds: readonly string[];
  readonly startingHashKey: string;
  readonly endingHashKey: string;
  /** Takes writes still. */
  readonly isOpen: boolean;
}

/** A split (one parent) or a merge (two). */
export interface Reshard {
  readonly parentShardIds: readonly string[];
  readonly childShardIds: readonly string[];
}

/** The shards of a stream that can be read, by id. */
export type Topology = ReadonlyMap<string, ShardInfo>;

export const EMPTY_TOPOLOGY: Topology = new Map();

/** The topology that a complete listing shows: what it does not name is gone, with all of its records. */
export function topologyOf(listing: Iterable<ShardInfo>): Topology {
  return new Map(Array.from(listing, (shard) => [shard.shardId, shard]));
}

/** The topology with the children that the end of a shard told of; their parents take no more writes. */
export function withChildren(topology: Topology, children: readonly ShardInfo[]): Topology {
  const next = new Map(topology);
  for (const child of children) {
    if (!next.has(child.shardId)) next.set(child.shardId, child);
    for (const parentId of child.parentShardIds) {
      const parent = next.get(parentId);
      if (parent?.isOpen) next.set(parentId, { ...parent, isOpen: false });
    }
  }
  return next;
}

/** The splits and merges that made the shards of `next` that `previous` does not know. Each stands once, by its parents. */
export function reshardsBetween(previous: Topology, next: Topology): readonly Reshard[] {
  const childrenOf = new Map<string, { parentShardIds: readonly string[]; childShardIds: string[] }>();
  for (const { shardId, parentShardIds } of next.values()) {
    if (previous.has(shardId) || parentShardIds.length === 0) continue;
    const key = [...parentShardIds].sort().join();
    const reshard = childrenOf.get(key) ?? { parentShardIds, childShardIds: [] };
    reshard.childShardIds.push(shardId);
    childrenOf.set(key, reshard);
  }
  return [...childrenOf.values()];
}

/** Whether the shard is listed as open, and no other as its child. */
export function isChildless(topology: Topology, shardId: string): boolean {
  if (topology.get(shardId)?.isOpen !== true) return false;
  return ![...topology.values()].some(({ parentShardIds }) => parentShardIds.includes(shardId));
}

/** Whether every parent of every shard is either listed or known to be gone: a child of an unknown parent wants a new listing. */
export function knowsParentsOf(topology: Topology, shards: readonly ShardInfo[]): boolean {
  return shards.every(({ parentShardIds }) => parentShardIds.every((id) => topology.has(id)));
}

/** All ancestors of a shard, as far as parents are listed; the ids of the last unlisted ones included. */
export function ancestorsOf(topology: Topology, shardId: string): ReadonlySet<string> {
  const ancestors = new Set<string>();
  const pending = [shardId];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    for (const parentId of topology.get(id)?.parentShardIds ?? []) {
      if (!ancestors.has(parentId)) {
        ancestors.add(parentId);
        pending.push(parentId);
      }
    }
  }
  return ancestors;
}
