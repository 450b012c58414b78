import { type Checkpoint, comparePositions } from '../../index.ts';

/** What becomes of the records between two places: they are delivered again, or never; or that cannot be told. */
export type Direction = 'back' | 'forward' | 'unknown' | 'none';

/** Which way a shard goes from one place to another. */
export function directionOf(before: Checkpoint, after: Checkpoint): Direction {
  if (before === after) return 'none';
  if (before === 'SHARD_END' || after === 'TRIM_HORIZON') return 'back';
  if (after === 'SHARD_END' || after === 'LATEST' || before === 'TRIM_HORIZON') return 'forward';
  if (typeof before === 'string' || typeof after === 'string') return 'back';
  if ('atTimestamp' in before && 'atTimestamp' in after) return sign(+after.atTimestamp - +before.atTimestamp);
  if ('atTimestamp' in before || 'atTimestamp' in after) return 'unknown';
  return sign(comparePositions(after, before));
}

const sign = (difference: number): Direction => (difference === 0 ? 'none' : difference < 0 ? 'back' : 'forward');
