import type { ObservableInput } from 'rxjs';
import type { Checkpoint, Lease, NewLease, Taker } from './Lease.ts';

/**
 * Where the progress of shards is kept, and who reads which: the place through which workers share a stream.
 *
 * Every method answers with one value: of a Promise, an Observable, whatever RxJS takes. A method that writes a lease compares first, in one
 * atomic step with the write, and answers with the lease as it is stored then; or with `undefined` when the comparison failed or there is no
 * such lease: nothing was changed, and nothing was created. An error means that it is unknown whether the write happened, so a call
 * may be repeated, by the library or by the store's own client, and must then end as if it had happened once.
 *
 * - Holder's writes ({@link renew}, {@link checkpoint}, {@link release}) compare the owner and the token of the acquisition, not the counter:
 *   it has moved if the last answer was lost, or somebody asked for the lease. A snapshot without an owner writes nothing.
 * - Others' writes ({@link take}, {@link requestHandOver}, {@link remove}, {@link putBack}) compare the counter of the snapshot.
 * - A call that finds its own doing, or what it wants, in the store already answers with that; it need not write again.
 * - Every write makes the counter grow.
 * - Progress does not expire, and never goes back: a checkpoint before the stored one, or after `SHARD_END`, leaves it as it is,
 *   and is answered like a renewal. The one exception is {@link putBack}, which nobody calls but on the word of a human.
 * - Positions are compared as integers, never as text: `99` comes before `100`, and they have more digits than a number can hold.
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
   * Where the token is already the stored one, it was taken before, and the lease is answered with whatever came since.
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

  /**
   * Asks the owner to hand the shard over to `workerId`: sets `nextOwner`. Fails if it is set to another worker, or if the lease is free.
   * Where it is set to this worker already nothing is written, whatever the counter: asking again must not look like a renewal.
   */
  requestHandOver(lease: Lease, workerId: string): ObservableInput<Lease | undefined>;

  /** Makes the lease free, for `nextOwner` if there is one; keeps the checkpoint. A lease that is free already is answered as it is. */
  release(lease: Lease): ObservableInput<Lease | undefined>;

  /** Removes the lease of a shard that is no more, if its counter is still that of the snapshot. Answers whether it is gone, now or before. */
  remove(lease: Lease): ObservableInput<boolean>;

  /**
   * Stores a checkpoint whatever stands there, one before it and one after `SHARD_END` included, and makes the lease free for anybody: clears owner,
   * token, `nextOwner` and the count of switches; keeps the rest. Who held the lease finds its next write refused and reads on no more, and
   * who takes it begins at the new place. Where the lease is free for anybody at just that checkpoint already, it is answered as it is, whatever the counter.
   *
   * For repairs, such as those of `rxjs-kinesis checkpoints`: no source calls it. Optional.
   */
  putBack?(lease: Lease, checkpoint: Checkpoint): ObservableInput<Lease | undefined>;

  /** Emits when leases of the stream may have become free, so that nobody waits for the next scan. Optional: never completes. */
  changes?(streamName: string): ObservableInput<unknown>;
}
