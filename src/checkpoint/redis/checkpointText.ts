import type { Checkpoint } from '../Lease.ts';

/** A checkpoint as it stands in the hash: a word, `AT_TIMESTAMP:ms`, or `sequenceNumber:subSequenceNumber`. */
export function checkpointText(checkpoint: Checkpoint): string {
  if (typeof checkpoint === 'string') return checkpoint;
  if ('atTimestamp' in checkpoint) return `AT_TIMESTAMP:${checkpoint.atTimestamp.getTime()}`;
  return `${checkpoint.sequenceNumber}:${checkpoint.subSequenceNumber}`;
}
