import type { Lease } from '../../src/checkpoint/Lease.ts';
import type { ShardInfo } from '../../src/consumer/topology.ts';

/** A shard of a made-up topology. */
export function shardInfo(shardId: string, parentShardIds: readonly string[] = [], isOpen = true): ShardInfo {
  return { shardId, parentShardIds, startingHashKey: '0', endingHashKey: '9', isOpen };
}

/** A lease as a store would answer it. */
export function leaseFor(shardId: string, changes: Partial<Lease> = {}): Lease {
  return {
    ...shardInfo(shardId),
    streamName: 'orders',
    checkpoint: 'TRIM_HORIZON',
    childShardIds: [],
    owner: undefined,
    token: changes.owner && `token of ${changes.owner}`,
    nextOwner: undefined,
    counter: 0,
    ownerSwitchesSinceCheckpoint: 0,
    ...changes,
  };
}
