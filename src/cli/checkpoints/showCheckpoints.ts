import { asyncScheduler } from 'rxjs';
import type { Lease } from '../../index.ts';
import { chooseLeases } from './chooseLeases.ts';
import { formatPlace } from './formatPlace.ts';
import type { Lag } from './lagOf.ts';
import { leaseTable } from './leaseTable.ts';
import type { LeaseStore } from './LeaseStore.ts';
import type { KinesisFlags } from './openKinesis.ts';
import { readLags } from './readLags.ts';
import { readLeases } from './readLeases.ts';
import type { StoreFlags } from './StoreFlags.ts';

export interface ShowFlags extends StoreFlags, KinesisFlags {
  readonly shard?: readonly string[];
  readonly lag: boolean;
  readonly json: boolean;
}

/** Prints who reads which shard, and how far each has come. */
export async function showCheckpoints(open: LeaseStore, flags: ShowFlags): Promise<void> {
  const { application, stream } = flags;
  const leases = chooseLeases(await readLeases(open, flags), flags.shard);
  const lags = flags.lag ? await readLags(leases, flags) : undefined;
  if (flags.json) {
    const shards = leases.map((lease) => shardJson(lease, lags));
    console.log(JSON.stringify({ application, stream, store: open.kind, shards }));
  } else {
    console.log(
      `${application} reads ${stream}: leases in ${open.place}\n${leaseTable(leases, lags, asyncScheduler.now())}`,
    );
  }
}

function shardJson(lease: Lease, lags: ReadonlyMap<string, Lag> | undefined) {
  const { shardId, owner, nextOwner, checkpoint, checkpointedAt, parentShardIds, childShardIds, counter } = lease;
  const lag = lags?.get(shardId);
  return {
    shardId,
    owner: owner ?? null,
    nextOwner: nextOwner ?? null,
    position: formatPlace(checkpoint),
    checkpointedAt: checkpointedAt?.toISOString() ?? null,
    ...(lags && {
      millisBehindLatest: typeof lag === 'number' ? lag : null,
      isGone: lag === 'gone',
      isUnread: lag === 'unread',
    }),
    parentShardIds,
    childShardIds,
    counter,
  };
}
