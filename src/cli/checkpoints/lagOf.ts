import { GetRecordsCommand, GetShardIteratorCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import type { Lease } from '../../index.ts';
import { iteratorAt } from './iteratorAt.ts';

/** How far a lease is behind the tip of its shard, in milliseconds; `gone`, with its shard; or `unread`: the shard takes writes that nobody will read. */
export type Lag = number | 'gone' | 'unread';

/** Asks Kinesis, by one record of the shard; undefined where nothing is left to be read. */
export async function lagOf(
  client: KinesisClient,
  { streamName, shardId, checkpoint }: Lease,
  open: ReadonlySet<string>,
): Promise<Lag | undefined> {
  if (checkpoint === 'SHARD_END') return open.has(shardId) ? 'unread' : undefined;
  try {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName: streamName, ShardId: shardId, ...iteratorAt(checkpoint) }),
    );
    const { MillisBehindLatest } = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 1 }));
    return MillisBehindLatest;
  } catch (error) {
    const { name, message } = error as Error;
    // The shard that is not found, not the stream.
    if (name === 'ResourceNotFoundException' && message.includes(shardId)) return 'gone';
    throw error;
  }
}
