import type { Position } from '../record/position.ts';

/**
 * How far the reading of a shard has come.
 *
 * - a position: all up to and including it is settled
 * - `TRIM_HORIZON`, `LATEST`, or a time: nothing is settled yet, and reading begins there
 * - `SHARD_END`: all of the shard is settled; final
 */
export type Checkpoint = Position | 'TRIM_HORIZON' | 'LATEST' | { readonly atTimestamp: Date } | 'SHARD_END';

/** What is known of a shard when its lease is created. */
export interface NewLease {
  readonly shardId: string;
  /** None, one (after a split), or two (after a merge), in any order. */
  readonly parentShardIds: readonly string[];
  /** Decimal digits, inclusive. */
  readonly startingHashKey: string;
  /** Decimal digits, inclusive. */
  readonly endingHashKey: string;
  readonly checkpoint: Checkpoint;
}

/**
 * A row of a store: the progress of one shard, and who reads it.
 *
 * What a store hands out is a snapshot; writing with one from before somebody else's acquisition fails.
 */
export interface Lease extends NewLease {
  readonly streamName: string;
  /** Known once the shard has ended; in any order. */
  readonly childShardIds: readonly string[];
  /** The worker that reads the shard; undefined: nobody, the lease is free. */
  readonly owner: string | undefined;
  /** Names this acquisition: two of one worker have different tokens. Undefined where `owner` is. */
  readonly token: string | undefined;
  /** The worker that asked the owner to hand the shard over, and that the lease is kept for until it expires. */
  readonly nextOwner: string | undefined;
  /** Grows with each write. A counter that stands still for the lease's duration means that its owner is gone. */
  readonly counter: number;
  /** How often the lease was taken from another owner since the last progress. Taking a free one does not count, as in the KCL. */
  readonly ownerSwitchesSinceCheckpoint: number;
  /**
   * When the checkpoint was written, by the clock of whoever wrote it, or of the store. For people to see: nothing is decided by it.
   * Undefined where nothing was written since the lease was created, or the store does not keep it.
   */
  readonly checkpointedAt?: Date | undefined;
}

/** Who takes a lease. */
export interface Taker {
  readonly workerId: string;
  /** Unique for each acquisition. */
  readonly token: string;
}
