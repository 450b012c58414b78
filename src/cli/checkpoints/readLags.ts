import { defer, from, lastValueFrom, map, mergeMap, reduce } from 'rxjs';
import { type Lease, makeKinesisClient } from '../../index.ts';
import { failureLine } from './failureLine.ts';
import { type Lag, lagOf } from './lagOf.ts';

/** Shards that are asked for at a time. */
const AT_A_TIME = 8;

export interface KinesisFlags {
  readonly kinesisEndpoint?: string;
  readonly region?: string;
}

/** The lag of each shard, by its id. */
export async function readLags(
  leases: readonly Lease[],
  { kinesisEndpoint: endpoint, region }: KinesisFlags,
): Promise<ReadonlyMap<string, Lag>> {
  const client = makeKinesisClient({
    maxAttempts: 4,
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
  });
  try {
    return await lastValueFrom(
      from(leases).pipe(
        mergeMap(
          (lease) => defer(() => lagOf(client, lease)).pipe(map((lag) => [lease.shardId, lag] as const)),
          AT_A_TIME,
        ),
        reduce((lags, [shardId, lag]) => (lag === undefined ? lags : lags.set(shardId, lag)), new Map<string, Lag>()),
      ),
    );
  } catch (error) {
    throw new Error(
      `Kinesis did not say how far the shards are behind: ${failureLine(error)}. ` +
        'Leave --lag out, or check --region, --kinesis-endpoint and the credentials, which need kinesis:GetShardIterator and kinesis:GetRecords.',
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}
