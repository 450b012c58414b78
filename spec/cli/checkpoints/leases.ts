import type { Lease } from '../../../src/checkpoint/Lease.ts';
import { newLease } from '../../../src/testing/conformance/StoreClient.ts';

/** The lease of a shard, free and at TRIM_HORIZON where nothing else is said. */
export const leaseOf = (shardId: string, changes: Partial<Lease> = {}): Lease => ({
  ...newLease(shardId),
  streamName: 'orders',
  childShardIds: [],
  owner: undefined,
  token: undefined,
  nextOwner: undefined,
  counter: 0,
  ownerSwitchesSinceCheckpoint: 0,
  ...changes,
});

/** A parent that was read to its end, its two children, and a shard beside them. */
export const AFTER_A_SPLIT: readonly Lease[] = [
  leaseOf('parent', { checkpoint: 'SHARD_END', childShardIds: ['child-1', 'child-2'] }),
  leaseOf('child-1', {
    parentShardIds: ['parent'],
    owner: 'worker-1',
    checkpoint: { sequenceNumber: '7', subSequenceNumber: 0 },
  }),
  leaseOf('child-2', { parentShardIds: ['parent'] }),
  leaseOf('other', { owner: 'worker-1', checkpoint: { sequenceNumber: '9', subSequenceNumber: 0 } }),
];
