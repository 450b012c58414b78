import type { Delivery, RecordOrigin } from './Delivery.ts';
import type { Position } from './position.ts';

/** What is known of a record beside its data. */
export interface RecordAttributes extends Position {
  readonly streamName: string;
  readonly shardId: string;
  readonly partitionKey: string | undefined;
  readonly explicitHashKey: string | undefined;
  readonly approximateArrivalTimestamp: Date | undefined;
  readonly encryptionType: string | undefined;
  readonly millisBehindLatest: number | undefined;
}

/**
 * A record of a stream: one user record, after an aggregate is unpacked.
 *
 * It stays in flight, and holds back both the checkpoint of its shard and the reading ahead, until it is settled:
 * by {@link settle}, or by an operator that settles what passes, such as `checkpoint()`.
 */
export class KinesisRecord<T = Uint8Array> implements RecordAttributes {
  readonly streamName: string;
  readonly shardId: string;
  /** Decimal digits; greater than those of every earlier record of the shard, compared as integers. */
  readonly sequenceNumber: string;
  /** The index within an aggregate, from 0; 0 for a record that travelled alone. That of the last for an aggregate that is delivered whole. */
  readonly subSequenceNumber: number;
  /** 1 to 256 characters. Undefined where the stream's mode leaves it out. */
  readonly partitionKey: string | undefined;
  /** Decimal digits below 2^128. Only a record inside an aggregate tells it. */
  readonly explicitHashKey: string | undefined;
  /** When Kinesis received the record, on its clock. */
  readonly approximateArrivalTimestamp: Date | undefined;
  /** `NONE` or `KMS`, where Kinesis tells it. */
  readonly encryptionType: string | undefined;
  /** How far behind the tip of the shard the answer was that brought the record, in milliseconds. */
  readonly millisBehindLatest: number | undefined;
  readonly data: T;
  readonly #delivery: Delivery;
  readonly #index: number;

  /** Records come from `fromKinesis`, or from `recordFactory` of `rxjs-kinesis/testing`. */
  constructor(attributes: never, data: never, delivery: never, index: never);
  /** @internal */
  constructor(attributes: RecordAttributes, data: T, delivery: Delivery, index: number);
  constructor(attributes: RecordAttributes, data: T, delivery: Delivery, index: number) {
    this.streamName = attributes.streamName;
    this.shardId = attributes.shardId;
    this.sequenceNumber = attributes.sequenceNumber;
    this.subSequenceNumber = attributes.subSequenceNumber;
    this.partitionKey = attributes.partitionKey;
    this.explicitHashKey = attributes.explicitHashKey;
    this.approximateArrivalTimestamp = attributes.approximateArrivalTimestamp;
    this.encryptionType = attributes.encryptionType;
    this.millisBehindLatest = attributes.millisBehindLatest;
    this.data = data;
    this.#delivery = delivery;
    this.#index = index;
  }

  /** Says that the record is done: it was processed, or dropped on purpose. Settling twice is settling once. */
  settle(): void {
    this.#delivery.settle(this.#index);
  }

  /**
   * Says that the record and all before it in its shard are done.
   *
   * Behind anything concurrent it loses records: it also settles those before it that are still being processed, and a crash then skips them.
   */
  settleThrough(): void {
    this.#delivery.settleThrough(this.#index);
  }

  /** The same record with other data. Settling either settles both. */
  withData<U>(data: U): KinesisRecord<U> {
    return new KinesisRecord(this, data, this.#delivery, this.#index);
  }

  /** @internal An operator has the record in hand and will settle it: a long wait for it is no stall. */
  hold(): void {
    this.#delivery.hold(this.#index);
  }

  /** @internal The operator is about to pass the record on. */
  unhold(): void {
    this.#delivery.unhold(this.#index);
  }

  /** @internal */
  get delivery(): Delivery {
    return this.#delivery;
  }

  /** @internal The record's place in its delivery. */
  get index(): number {
    return this.#index;
  }

  /** @internal */
  get origin(): RecordOrigin {
    return this.#delivery.origin;
  }
}
