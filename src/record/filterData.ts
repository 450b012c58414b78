import type { OperatorFunction } from 'rxjs';
import { ProcessingError } from '../errors/ProcessingError.ts';
import { operate } from '../internal/operate.ts';
import type { KinesisRecord } from './KinesisRecord.ts';

/**
 * Emits the records for whose data `predicate` returns true, and settles the others.
 *
 * Plain `filter` drops records without settling them, and then the checkpoint of their shard stands still for good. Order is kept; nothing waits.
 *
 * Errors with {@link ProcessingError}, naming the record, when `predicate` throws; that record stays unsettled, and so is delivered again.
 *
 * ```text
 * source   1--2--3--4--|
 *          filterData((data) => data % 2 === 0)
 * result   ---2-----4--|    1 and 3 are settled
 * ```
 *
 * @param predicate called with the data and the record that it came in; a type guard narrows the data's type
 *
 * @example
 * ```ts
 * import { checkpoint, filterData, fromKinesis, json, memoryCheckpoints } from 'rxjs-kinesis';
 *
 * fromKinesis('orders', { codec: json<{ total: number }>(), checkpoints: memoryCheckpoints() })
 *   .pipe(
 *     filterData((order) => order.total > 100),
 *     checkpoint(),
 *   )
 *   .subscribe();
 * ```
 */
export function filterData<T, S extends T>(
  predicate: (data: T, record: KinesisRecord<T>) => data is S,
): OperatorFunction<KinesisRecord<T>, KinesisRecord<S>>;
export function filterData<T>(
  predicate: (data: T, record: KinesisRecord<T>) => boolean,
): OperatorFunction<KinesisRecord<T>, KinesisRecord<T>>;
export function filterData<T>(
  predicate: (data: T, record: KinesisRecord<T>) => boolean,
): OperatorFunction<KinesisRecord<T>, KinesisRecord<T>> {
  return operate((destination) => ({
    next(record) {
      let isKept: boolean;
      try {
        isKept = predicate(record.data, record);
      } catch (error) {
        destination.error(new ProcessingError(record, 1, error));
        return;
      }
      if (isKept) destination.next(record);
      else record.settle();
    },
  }));
}
