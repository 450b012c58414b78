import type { GetShardIteratorCommandInput } from '@aws-sdk/client-kinesis';
import type { Checkpoint } from '../../index.ts';

/** What asks Kinesis for an iterator behind a place. */
export function iteratorAt(
  checkpoint: Exclude<Checkpoint, 'SHARD_END'>,
): Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'StartingSequenceNumber' | 'Timestamp'> {
  if (typeof checkpoint === 'string') return { ShardIteratorType: checkpoint };
  if ('atTimestamp' in checkpoint) return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: checkpoint.atTimestamp };
  return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: checkpoint.sequenceNumber };
}
