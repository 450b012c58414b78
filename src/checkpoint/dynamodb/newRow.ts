import type { NewLease } from '../Lease.ts';
import { checkpointAttributes } from './checkpointAttributes.ts';
import type { LeaseRow } from './LeaseRow.ts';

/** A lease as the KCL creates it: free, with counter 0; a set that would be empty is left out, as DynamoDB has none. */
export function newRow(lease: NewLease, key: LeaseRow): LeaseRow {
  return {
    ...key,
    leaseCounter: { N: '0' },
    ownerSwitchesSinceCheckpoint: { N: '0' },
    ...checkpointAttributes(lease.checkpoint),
    ...(lease.parentShardIds.length > 0 ? { parentShardId: { SS: [...new Set(lease.parentShardIds)] } } : {}),
    startingHashKey: { S: lease.startingHashKey },
    endingHashKey: { S: lease.endingHashKey },
  };
}
