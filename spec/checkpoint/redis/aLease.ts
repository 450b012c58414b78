import { firstValueFrom, from } from 'rxjs';
import type { CheckpointStore } from '../../../src/checkpoint/CheckpointStore.ts';
import type { Lease } from '../../../src/checkpoint/Lease.ts';

export const STREAM = 'orders';
export const SHARD = 'shardId-000000000000';

/** The lease of the first shard, created free. */
export async function aLease(store: CheckpointStore, streamName = STREAM): Promise<Lease> {
  const fresh = {
    shardId: SHARD,
    parentShardIds: [],
    startingHashKey: '0',
    endingHashKey: '99',
    checkpoint: 'TRIM_HORIZON',
  } as const;
  await firstValueFrom(from(store.create(streamName, [fresh])));
  const [lease] = await firstValueFrom(from(store.leases(streamName)));
  return lease!;
}
