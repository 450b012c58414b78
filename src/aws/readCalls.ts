import {
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type GetShardIteratorCommandOutput,
  ListShardsCommand,
  type ListShardsCommandOutput,
} from '@aws-sdk/client-kinesis';
import type { Observable } from 'rxjs';
import type { KinesisClientLike } from './KinesisClientLike.ts';
import { type Deadline, sendCommand } from './sendCommand.ts';
import type { StreamTarget } from './streamTarget.ts';

/** Which stream is read, and how long an answer may take. */
export interface ReadSite {
  readonly target: StreamTarget;
  readonly deadline: Deadline;
}

/** Where in a shard an iterator starts. */
export type IteratorStart = Pick<
  GetShardIteratorCommandInput,
  'ShardIteratorType' | 'StartingSequenceNumber' | 'Timestamp'
>;

export function getShardIterator(
  client: KinesisClientLike,
  { target: { streamName, input }, deadline }: ReadSite,
  shardId: string,
  start: IteratorStart,
): Observable<GetShardIteratorCommandOutput> {
  return sendCommand(
    client,
    () => new GetShardIteratorCommand({ ...input, ShardId: shardId, ...start }),
    {
      operation: 'GetShardIterator',
      streamName,
      shardId,
    },
    deadline,
  );
}

export function getRecords(
  client: KinesisClientLike,
  { target: { streamName, input }, deadline }: ReadSite,
  shardId: string,
  shardIterator: string,
  limit: number,
): Observable<GetRecordsCommandOutput> {
  // An iterator names its stream; the ARN goes with it where there is one, for the endpoint of another account's stream.
  const arn = 'StreamARN' in input ? { StreamARN: input.StreamARN } : {};
  return sendCommand(
    client,
    () => new GetRecordsCommand({ ...arn, ShardIterator: shardIterator, Limit: limit }),
    {
      operation: 'GetRecords',
      streamName,
      shardId,
    },
    deadline,
  );
}

/** One page of the shards of a stream. With a token the service wants no name beside it. */
export function listShards(
  client: KinesisClientLike,
  { target: { streamName, input }, deadline }: ReadSite,
  nextToken: string | undefined,
): Observable<ListShardsCommandOutput> {
  return sendCommand(
    client,
    () => new ListShardsCommand(nextToken === undefined ? input : { NextToken: nextToken }),
    {
      operation: 'ListShards',
      streamName,
    },
    deadline,
  );
}
