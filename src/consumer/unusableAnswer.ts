import { KinesisServiceError } from '../errors/KinesisServiceError.ts';

/** What is thrown for an answer with which nothing can be done. */
export function unusableAnswer(
  operation: 'GetShardIterator' | 'GetRecords',
  how: string,
  streamName: string,
  shardId: string,
): KinesisServiceError {
  const message = `${operation} answered ${how} on stream ${streamName}, shard ${shardId}. The call is repeated.`;
  return new KinesisServiceError(message, { kind: 'transient', awsName: 'unknown', operation, streamName, shardId });
}
