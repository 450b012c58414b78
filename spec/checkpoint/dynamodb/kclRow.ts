import type { Item } from './LocalDynamo.ts';

/** The lease of a shard as a KCL 2.x creates it: free, and nothing read. */
export function kclRow(leaseKey: string, changes: Item = {}): Item {
  return {
    leaseKey: { S: leaseKey },
    leaseCounter: { N: '0' },
    ownerSwitchesSinceCheckpoint: { N: '0' },
    checkpoint: { S: 'TRIM_HORIZON' },
    checkpointSubSequenceNumber: { N: '0' },
    startingHashKey: { S: '0' },
    endingHashKey: { S: '170141183460469231731687303715884105727' },
    ...changes,
  };
}
