import type { Codec } from '../codec/Codec.ts';
import type { FromKinesisOptions } from './FromKinesisOptions.ts';
import { KinesisSource } from './KinesisSource.ts';

/**
 * Emits the records of all shards of a stream, merged.
 *
 * Each subscription is a worker. With a store it takes its share of the stream's shards, goes on behind their checkpoints, and writes new
 * ones; without, it reads every shard and keeps nothing.
 *
 * - Order: within a shard as written. A child shard comes after all records of all its parents are settled.
 * - Delivery: at least once. A checkpoint never passes a record that is not settled, so what was in flight when a worker stopped is delivered
 *   again.
 * - Memory: with a store, at most `maxInFlightRecords` and `maxInFlightBytes` are read beyond what is settled, however slow
 *   the pipeline is. Without a store nothing is settled: records are pushed as fast as they are read, and what cannot keep
 *   up must buffer or drop by itself.
 * - Failures: throttles, failures of the service or the connection, expired iterators and reshards are retried per shard, with a growing, jittered
 *   wait, for ever, and reported as diagnostics. They never hold up another shard.
 * - It completes when `until` says so, after the drain, the last checkpoints and the release of the leases. Unsubscribing does the same in the
 *   background, but for the drain.
 *
 * ```text
 * shard 0   -a-----c---|        a: settled, then c; its end makes the children readable
 * shard 1   ---b-----d----
 * result    -a-b---c-d----
 * ```
 *
 * @example
 * ```ts
 * fromKinesis('orders', { codec: json<{ total: number }>(), checkpoints: memoryCheckpoints() })
 *   .pipe(
 *     processRecords(({ data }) => console.log(data.total)),
 *     checkpoint(),
 *   )
 *   .subscribe();
 * ```
 *
 * Errors with {@link KinesisServiceError} when repeating a call cannot help (access denied, no such stream, a wrong argument), with
 * {@link DecodeError} when the codec fails and `poison` is `'fail'`, with {@link StalledError} when a record was dropped unsettled, and with
 * {@link CheckpointStoreError} when the store says that repeating cannot help.
 *
 * @param stream the name of a stream, or its ARN
 * @throws TypeError or RangeError for a wrong option, naming it, its range and what was given
 */
export function fromKinesis<T>(
  stream: string,
  options: FromKinesisOptions<T> & { readonly codec: Codec<T> },
): KinesisSource<T>;
/** Without a codec: `data` is the bytes. */
export function fromKinesis(stream: string, options?: FromKinesisOptions<Uint8Array>): KinesisSource;
export function fromKinesis<T>(stream: string, options: FromKinesisOptions<T> = {}): KinesisSource<T> {
  return new KinesisSource(stream, options);
}
