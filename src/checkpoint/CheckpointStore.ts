import type { ObservableInput } from 'rxjs';
import type { Checkpoint, Lease, NewLease, Taker } from './Lease.ts';

/**
 * Where the progress of shards is kept, and who reads which: the place through which workers share a stream.
 *
 * Every method answers with one value: of a Promise, an Observable, whatever RxJS takes. A method that writes a lease compares first, in one
 * atomic step with the write, and answers with the lease as written, or with `undefined` when the comparison failed: somebody else has
 * written meanwhile, and nothing was changed. An error means that it is unknown whether the write happened; a retry with the same
 * lease must then end as if it had happened once.
 *
 * - Holder's writes ({@link renew}, {@link checkpoint}, {@link release}) compare the owner and the token of the acquisition.
 * - Others' writes ({@link take}, {@link requestHandOver}) compare the counter of the snapshot.
 * - Every write makes the counter grow.
 * - Progress does not expire, and never goes back: a checkpoint before the stored one, or after `SHARD_END`, leaves it as it is.
 * - Applications and streams do not see each other's leases.
 *
 * Errors should be {@link CheckpointStoreError}, `retryable` where a later call may succeed. `checkpointStoreCases` of
 * `rxjs-kinesis/testing` tests an implementation.
 */
export interface CheckpointStore {
  /** All leases of a stream, in any order; with everything that was written before the call. */
  leases(streamName: string): ObservableInput<readonly Lease[]>;

  /** Creates those leases that do not exist, in the order given, free and with counter 0; leaves the others as they are. */
  create(streamName: string, leases: readonly NewLease[]): ObservableInput<unknown>;

  /**
   * Makes the taker the owner, with its token, and clears `nextOwner`; keeps the checkpoint.
   * Succeeds if the counter is still that of the snapshot, whoever owned it: the caller has judged that it may take it.
   */
  take(lease: Lease, taker: Taker): ObservableInput<Lease | undefined>;

  /** Makes the counter grow and nothing else. The answer tells the holder whether somebody asked for the lease (`nextOwner`). */
  renew(lease: Lease): ObservableInput<Lease | undefined>;

  /** Stores progress. With `SHARD_END` come the children of the shard, if any. */
  checkpoint(
    lease: Lease,
    checkpoint: Checkpoint,
    childShardIds?: readonly string[],
  ): ObservableInput<Lease | undefined>;

  /** Asks the owner to hand the shard over to `workerId`: sets `nextOwner`, unless it is set. */
  requestHandOver(lease: Lease, workerId: string): ObservableInput<Lease | undefined>;

  /** Makes the lease free, for `nextOwner` if there is one; keeps the checkpoint. */
  release(lease: Lease): ObservableInput<Lease | undefined>;

  /** Removes the lease of a shard that is no more, if its counter is still that of the snapshot. Answers whether it did. */
  remove(lease: Lease): ObservableInput<boolean>;

  /** Emits when leases of the stream may have become free, so that nobody waits for the next scan. Optional: never completes. */
  changes?(streamName: string): ObservableInput<unknown>;
}
