import { defer, from, lastValueFrom, map, mergeMap, reduce } from 'rxjs';
import type { Lease } from '../../index.ts';
import { failureLine } from './failureLine.ts';
import { type Lag, lagOf } from './lagOf.ts';
import { type KinesisFlags, openKinesis } from './openKinesis.ts';
import { openShards } from './openShards.ts';

/** Shards that are asked for at a time. */
const AT_A_TIME = 8;

/** The lag of each shard, by its id. */
export async function readLags(leases: readonly Lease[], flags: KinesisFlags): Promise<ReadonlyMap<string, Lag>> {
  const client = openKinesis(flags);
  try {
    const [ended] = leases.filter(({ checkpoint }) => checkpoint === 'SHARD_END');
    const open = ended ? await openShards(client, ended.streamName) : new Set<string>();
    return await lastValueFrom(
      from(leases).pipe(
        mergeMap(
          (lease) => defer(() => lagOf(client, lease, open)).pipe(map((lag) => [lease.shardId, lag] as const)),
          AT_A_TIME,
        ),
        reduce((lags, [shardId, lag]) => (lag === undefined ? lags : lags.set(shardId, lag)), new Map<string, Lag>()),
      ),
    );
  } catch (error) {
    throw new Error(
      `Kinesis did not say how far the shards are behind: ${failureLine(error).replace(/\.$/, '')}. ` +
        'Leave --lag out, or check --region, --kinesis-endpoint and the credentials, which need kinesis:GetShardIterator, kinesis:GetRecords and kinesis:ListShards.',
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}
