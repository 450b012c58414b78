import { comparePositions } from '../record/position.ts';
import type { Checkpoint } from './Lease.ts';

/**
 * Whether a store that holds `stored` may replace it by `next`: progress only goes forward, and `SHARD_END` is final.
 * A place to begin at (`TRIM_HORIZON`, `LATEST`, a time) gives way to anything; nothing gives way to it but another such place.
 */
export function isProgress(stored: Checkpoint, next: Checkpoint): boolean {
  if (stored === 'SHARD_END') return false;
  if (next === 'SHARD_END') return true;
  if (!isPosition(next)) return !isPosition(stored);
  return !isPosition(stored) || comparePositions(stored, next) < 0;
}

export function isPosition(checkpoint: Checkpoint): checkpoint is Extract<Checkpoint, { sequenceNumber: string }> {
  return typeof checkpoint === 'object' && 'sequenceNumber' in checkpoint;
}
