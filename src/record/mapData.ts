import type { OperatorFunction } from 'rxjs';
import { ProcessingError } from '../errors/ProcessingError.ts';
import { checkNames } from '../internal/checkNames.ts';
import { checkPoisonPolicy } from './disposePoison.ts';
import type { KinesisRecord } from './KinesisRecord.ts';
import { mapRecords } from './mapRecords.ts';
import type { PoisonPolicy } from './PoisonPolicy.ts';

/** How `mapData` deals with records for which its `project` throws. */
export interface MapDataOptions {
  /** What becomes of a record for which `project` throws. Default `'fail'`. */
  readonly poison?: PoisonPolicy;
}

const NAMES: Readonly<Record<keyof MapDataOptions, true>> = { poison: true };

/**
 * Emits each record with what `project` returns as its data.
 *
 * Records go through one by one, in order, at once. The record that comes out is the one that went in: settling either settles both.
 * `project` is synchronous, and a Promise that it returns becomes the data: asynchronous work is for `processRecords`.
 *
 * Errors with {@link ProcessingError}, naming the record, when `project` throws, unless `poison` says otherwise. A record that is disposed of is settled;
 * records behind it do not wait for its dead letter, and need not: its shard's checkpoint does, as it cannot pass an unsettled record.
 * Completion waits for the dead letters under way; as many can be as the source lets be in flight.
 *
 * ```text
 * source   a--b--c--|
 *          mapData((data) => data.toUpperCase())
 * result   A--B--C--|
 * ```
 *
 * @param project called with the data and the record that it came in
 * @throws TypeError when an option is wrong
 *
 * @example
 * ```ts
 * import { checkpoint, fromKinesis, mapData, memoryCheckpoints, text } from 'rxjs-kinesis';
 *
 * fromKinesis('lines', { codec: text(), checkpoints: memoryCheckpoints() })
 *   .pipe(
 *     mapData((line) => line.split('\t'), { poison: 'skip' }),
 *     checkpoint({ ordered: true }),
 *   )
 *   .subscribe();
 * ```
 */
export function mapData<T, R>(
  project: (data: T, record: KinesisRecord<T>) => R,
  options: MapDataOptions = {},
): OperatorFunction<KinesisRecord<T>, KinesisRecord<R>> {
  checkNames(options, NAMES, 'mapData');
  const policy = checkPoisonPolicy(options.poison ?? 'fail');
  return mapRecords((record) => {
    let data: R;
    try {
      data = project(record.data, record);
    } catch (error) {
      throw new ProcessingError(record, 1, error);
    }
    return record.withData(data);
  }, policy);
}
