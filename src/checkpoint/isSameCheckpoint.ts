import { comparePositions } from '../record/position.ts';
import { isPosition } from './isProgress.ts';
import type { Checkpoint } from './Lease.ts';

/** Whether two checkpoints say the same: positions as integers, times to the millisecond. */
export function isSameCheckpoint(a: Checkpoint, b: Checkpoint): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  if (isPosition(a)) return isPosition(b) && comparePositions(a, b) === 0;
  return !isPosition(b) && a.atTimestamp.getTime() === b.atTimestamp.getTime();
}
