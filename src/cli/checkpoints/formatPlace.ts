import type { Checkpoint } from '../../index.ts';

/** A checkpoint as `--to` takes it. */
export function formatPlace(checkpoint: Checkpoint): string {
  if (typeof checkpoint === 'string') return checkpoint;
  if ('atTimestamp' in checkpoint) return checkpoint.atTimestamp.toISOString();
  const { sequenceNumber, subSequenceNumber } = checkpoint;
  return subSequenceNumber === 0 ? sequenceNumber : `${sequenceNumber}:${subSequenceNumber}`;
}
