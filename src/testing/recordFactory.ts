import { EMPTY, NEVER } from 'rxjs';
import type { Diagnostic } from '../diagnostics/Diagnostic.ts';
import { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { checkNames } from '../internal/checkNames.ts';
import { describe } from '../internal/checkNumber.ts';
import { monotonicScheduler } from '../internal/monotonicScheduler.ts';
import type { Delivery } from '../record/Delivery.ts';
import { KinesisRecord, type RecordAttributes } from '../record/KinesisRecord.ts';

/** What every record of a {@link RecordFactory} has, unless a call says otherwise. */
export interface RecordFactoryOptions {
  /** Default `'stream'`. */
  readonly streamName?: string;
  /** Default `'shardId-000000000000'`. */
  readonly shardId?: string;
  /** The sequence number of the first record, decimal digits. Each record's is greater by one than the one made before. Default: one as the service gives them. */
  readonly firstSequenceNumber?: string;
  /** Default `'key'`. */
  readonly partitionKey?: string | undefined;
  /** Default: none. */
  readonly explicitHashKey?: string | undefined;
  /** Default: none. */
  readonly approximateArrivalTimestamp?: Date | undefined;
  /** Default `'NONE'`. */
  readonly encryptionType?: string | undefined;
  /** Default 0. */
  readonly millisBehindLatest?: number | undefined;
}

/** Makes records, and tells what became of them. */
export interface RecordFactory {
  /** Makes a record that carries `data`; `attributes` are for this record only. */
  <T>(data: T, attributes?: Partial<RecordAttributes>): KinesisRecord<T>;
  /** The records that were settled, as they were made, in the order in which they were settled. */
  readonly settled: readonly KinesisRecord<unknown>[];
  /** Whether the record was settled: as it was made, or as an operator passed it on with other data. */
  isSettled(record: KinesisRecord<unknown>): boolean;
  /** What the operators said about the records, such as `poisoned`. */
  readonly diagnostics: readonly Diagnostic[];
}

const NAMES: Readonly<Record<keyof RecordFactoryOptions, true>> = {
  streamName: true,
  shardId: true,
  firstSequenceNumber: true,
  partitionKey: true,
  explicitHashKey: true,
  approximateArrivalTimestamp: true,
  encryptionType: true,
  millisBehindLatest: true,
};
const ATTRIBUTE_NAMES: Readonly<Record<keyof RecordAttributes, true>> = {
  streamName: true,
  shardId: true,
  sequenceNumber: true,
  subSequenceNumber: true,
  partitionKey: true,
  explicitHashKey: true,
  approximateArrivalTimestamp: true,
  encryptionType: true,
  millisBehindLatest: true,
};
const DIGITS = /^\d+$/;
const DEFAULT_SEQUENCE_NUMBER = '49590338271490256608559692538361571095921575989136588898';

/**
 * Makes a function that makes records as `fromKinesis` delivers them, for unit tests of pipelines.
 *
 * Sequence numbers rise from record to record. Partition keys are `'key'` unless given. Settling a record settles no other;
 * `settleThrough()` settles those of its shard that were made before, too. Flushing checkpoints succeeds at once and does nothing.
 * Each factory knows its own records, and keeps them.
 *
 * @example
 * ```ts
 * import { from } from 'rxjs';
 * import { filterData } from 'rxjs-kinesis';
 * import { recordFactory } from 'rxjs-kinesis/testing';
 *
 * const record = recordFactory({ streamName: 'orders' });
 * const [small, large] = [record({ total: 1 }), record({ total: 1_000 })];
 *
 * from([small, large])
 *   .pipe(filterData((order) => order.total > 100))
 *   .subscribe((kept) => console.log(kept.data.total)); // 1000
 *
 * console.log(record.isSettled(small), record.isSettled(large)); // true false
 * ```
 */
export function recordFactory(options: RecordFactoryOptions = {}): RecordFactory {
  checkNames(options, NAMES, 'recordFactory');
  const { firstSequenceNumber = DEFAULT_SEQUENCE_NUMBER, ...common } = options;
  if (typeof (firstSequenceNumber as unknown) !== 'string' || !DIGITS.test(firstSequenceNumber)) {
    throw new TypeError(`firstSequenceNumber must be a string of decimal digits; got ${describe(firstSequenceNumber)}`);
  }
  let nextSequenceNumber = BigInt(firstSequenceNumber);
  const diagnostics: Diagnostic[] = [];
  const made: KinesisRecord<unknown>[] = [];
  const madeMs: number[] = [];
  const settled: KinesisRecord<unknown>[] = [];
  const settledPlaces = new Set<string>();
  const settle = (record: KinesisRecord<unknown>) => {
    if (settledPlaces.has(place(record))) return;
    settledPlaces.add(place(record));
    settled.push(record);
  };

  const streamName = common.streamName ?? 'stream';
  const delivery: Delivery = {
    origin: {
      keepsProgress: true,
      streamName,
      diagnostics: new Diagnostics((diagnostic) => diagnostics.push(diagnostic)),
      flush: () => EMPTY,
      paceCheckpoints: () => () => undefined,
      stopped: NEVER,
      clock: monotonicScheduler,
    },
    settle(index) {
      for (const record of made.slice(index, index + 1)) settle(record);
    },
    settleThrough(index) {
      const last = made[index];
      const before = made.slice(0, index + 1);
      for (const record of before) if (last && shardOf(record) === shardOf(last)) settle(record);
    },
    hold: () => undefined,
    unhold: () => undefined,
    deliveredMs: (index) => madeMs[index],
  };

  const make = <T>(data: T, attributes: Partial<RecordAttributes> = {}): KinesisRecord<T> => {
    checkNames(attributes, ATTRIBUTE_NAMES, 'a record');
    const record = new KinesisRecord<T>(
      {
        shardId: 'shardId-000000000000',
        sequenceNumber: String(nextSequenceNumber++),
        subSequenceNumber: 0,
        partitionKey: 'key',
        explicitHashKey: undefined,
        approximateArrivalTimestamp: undefined,
        encryptionType: 'NONE',
        millisBehindLatest: 0,
        ...common,
        streamName,
        ...attributes,
      },
      data,
      delivery,
      made.length,
    );
    made.push(record);
    madeMs.push(monotonicScheduler.now());
    return record;
  };
  return Object.assign(make, {
    diagnostics,
    settled,
    isSettled: (record: KinesisRecord<unknown>) => settledPlaces.has(place(record)),
  });
}

const shardOf = ({ streamName, shardId }: KinesisRecord<unknown>) => `${streamName}/${shardId}`;
const place = (record: KinesisRecord<unknown>) =>
  `${shardOf(record)}/${record.sequenceNumber}/${record.subSequenceNumber}`;
