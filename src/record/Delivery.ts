import type { Observable } from 'rxjs';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';

/**
 * What a record knows of the answer that brought it: whom to tell what became of it.
 *
 * `index` is the record's place in the delivery. Every call may come late, twice, or after the shard was lost.
 */
export interface Delivery {
  readonly origin: RecordOrigin;
  /** The record is done: processed, or dropped on purpose. */
  settle(index: number): void;
  /** This record and all before it in its shard are done. */
  settleThrough(index: number): void;
  /** An operator has the record in hand and will settle it, however long that takes. */
  hold(index: number): void;
  /** The operator has passed the record on: from now on a long wait is a stall again. */
  unhold(index: number): void;
  /** When the record was delivered, in milliseconds of the origin's clock; undefined where nobody listened. */
  deliveredMs(index: number): number | undefined;
}

/** The worker that delivered a record, as operators downstream of it see it. */
export interface RecordOrigin {
  readonly streamName: string;
  readonly diagnostics: Diagnostics;
  /**
   * What the records of its deliveries are timed with, each by its index: the time; whether a delivery is under way, at the end of which comes an
   * event; what tells that the time stands for the record that is handled, as it does while it is the same and not 0; and for how long a
   * record was handled meanwhile, if that was long.
   */
  readonly clock: {
    now(index: number): number;
    readonly isDelivering?: boolean;
    standingAt?(index: number): number;
    overrunMs?(standing: number, index: number): number;
  };
  /** It has a store; without, each record is settled as it is delivered, and nothing is written. */
  readonly keepsProgress: boolean;
  /**
   * Writes the progress of every shard and completes; errors with CheckpointFlushError, listing each shard that failed.
   * What failed is tried again at the next flush.
   */
  flush(): Observable<never>;
  /**
   * Sets when this worker writes checkpoints by itself; `undefined`: only at flush, shard end, hand-over and stop.
   *
   * With `settlesInOrder` a record settles all before it, so the last one may wait for the next without anything being wrong.
   *
   * It holds until the returned function is called; of several the newest counts.
   */
  paceCheckpoints(rhythm: CheckpointRhythm | undefined, settlesInOrder: boolean): () => void;
  /** Completes once the worker has stopped and released its leases: nothing more is written. */
  readonly stopped: Observable<never>;
}

/** When checkpoints are written: whichever comes first. */
export interface CheckpointRhythm {
  readonly intervalMs: number;
  readonly maxRecords: number;
}

export const DEFAULT_RHYTHM: CheckpointRhythm = { intervalMs: 5_000, maxRecords: 10_000 };
