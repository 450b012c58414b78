import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Checkpoint } from '../Lease.ts';

/** The attributes in which a checkpoint is kept; `rxjsTimestamp`, the only one of ours, where it is a time. */
export interface CheckpointAttributes {
  readonly checkpoint: AttributeValue;
  readonly checkpointSubSequenceNumber: AttributeValue;
  readonly rxjsTimestamp?: AttributeValue;
}

/** A checkpoint as the KCL writes it. The KCL has the time of `AT_TIMESTAMP` from its configuration; here it stands in the row. */
export function checkpointAttributes(checkpoint: Checkpoint): CheckpointAttributes {
  if (typeof checkpoint === 'string') return { checkpoint: { S: checkpoint }, checkpointSubSequenceNumber: NONE };
  if ('atTimestamp' in checkpoint) {
    return {
      checkpoint: { S: 'AT_TIMESTAMP' },
      checkpointSubSequenceNumber: NONE,
      rxjsTimestamp: { N: String(checkpoint.atTimestamp.getTime()) },
    };
  }
  return {
    checkpoint: { S: checkpoint.sequenceNumber },
    checkpointSubSequenceNumber: { N: String(checkpoint.subSequenceNumber) },
  };
}

const NONE: AttributeValue = { N: '0' };
