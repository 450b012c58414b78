import { asyncScheduler } from 'rxjs';
import type { Lease } from '../../index.ts';
import { chooseLeases } from './chooseLeases.ts';
import { failureLine } from './failureLine.ts';
import { formatPlace } from './formatPlace.ts';
import type { Lag } from './lagOf.ts';
import { leaseTable } from './leaseTable.ts';
import type { LeaseStore } from './LeaseStore.ts';
import type { KinesisFlags } from './openKinesis.ts';
import { readLags } from './readLags.ts';
import { readLeases } from './readLeases.ts';
import type { StoreFlags } from './StoreFlags.ts';

const FAILED = 1;

export interface ShowFlags extends StoreFlags, KinesisFlags {
  readonly shard?: readonly string[];
  readonly lag: boolean;
  readonly json: boolean;
}

/** Prints who reads which shard, and how far each has come. Where Kinesis does not tell the lag all but that is printed, and the exit code is 1. */
export async function showCheckpoints(open: LeaseStore, flags: ShowFlags): Promise<void> {
  const { application, stream } = flags;
  const leases = chooseLeases(await readLeases(open, flags), flags.shard);
  let error: string | undefined;
  const lags = flags.lag
    ? await readLags(leases, flags).catch((failure: unknown) => {
        error = failureLine(failure);
        return undefined;
      })
    : undefined;
  if (flags.json) {
    const shards = leases.map((lease) => shardJson(lease, lags));
    console.log(
      JSON.stringify({ application, stream, store: open.kind, shards, ...(error !== undefined && { error }) }),
    );
  } else {
    const table = leaseTable(leases, lags, asyncScheduler.now());
    console.log(`${application} reads ${stream}: leases in ${open.place}\n${table}`);
  }
  if (error === undefined) return;
  console.error(`rxjs-kinesis: ${error}`);
  process.exitCode = FAILED;
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
