import type { Observable } from 'rxjs';
import type { ManualCheckpoints } from './ManualCheckpoints.ts';

/** When checkpoints are written, and what settles a record. */
export interface CheckpointOptions {
  /** Longest time between checkpoints, in milliseconds. From 10 to 3,600,000; default 5,000. Not with `when`. */
  readonly intervalMs?: number;
  /** Settled records between checkpoints, over all shards of the source, at the most. From 1 to 10,000,000; default 10,000. Not with `when`. */
  readonly maxRecords?: number;
  /**
   * Writes only when this says so: at each value of an Observable, or at `flush()` of a {@link ManualCheckpoints}. Default: by
   * interval and count. At a shard's end, at a hand-over and at the stop checkpoints are written either way.
   */
  readonly when?: Observable<unknown> | ManualCheckpoints;
  /**
   * A record that arrives settles all before it in its shard: for pipelines of operators that keep the order and drop records, such as `filter`.
   * Wrong behind anything concurrent. Default false.
   */
  readonly ordered?: boolean;
}
