import type { Checkpoint, Lease } from '../../index.ts';

/** A shard that is to go on elsewhere. */
export interface Move {
  readonly lease: Lease;
  readonly to: Checkpoint;
}

/** A shard that does: what it was when it was moved, and what it is. */
export interface Moved {
  readonly before: Lease;
  readonly after: Lease;
}
