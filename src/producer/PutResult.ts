import { SinkResult } from '../diagnostics/SinkResult.ts';
import type { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import { KinesisRecord } from '../record/KinesisRecord.ts';

/** What became of one input: {@link PutSuccess} or {@link PutFailure}, told apart by `error`. */
export type PutResult<T> = PutSuccess<T> | PutFailure<T>;

/** Kinesis has the record. */
export class PutSuccess<T> extends SinkResult {
  /** The input. */
  readonly value: T;
  readonly shardId: string;
  /** Decimal digits; greater than those of every earlier record of the shard, compared as integers. */
  readonly sequenceNumber: string;
  /** The index within an aggregate, from 0; 0 for a record that travelled alone. */
  readonly subSequenceNumber: number;
  /** How often the record was sent. More than 1: it may be in the stream more than once. */
  readonly attempts: number;
  readonly error: undefined;

  constructor(value: T, shardId: string, sequenceNumber: string, subSequenceNumber: number, attempts: number) {
    super();
    this.value = value;
    this.shardId = shardId;
    this.sequenceNumber = sequenceNumber;
    this.subSequenceNumber = subSequenceNumber;
    this.attempts = attempts;
    this.error = undefined;
  }

  /** Settles the input, if that is a record of a stream: it has been copied, and is done. `checkpoint()` does this for each result that reaches it. */
  settle(): void {
    if (this.value instanceof KinesisRecord) this.value.settle();
  }
}

/**
 * The record was not accepted and is not tried again.
 *
 * It has no `settle()`, and `checkpoint()` passes it by: where the input is a record of a stream, settle `value` yourself once you have dealt with the failure.
 */
export class PutFailure<T> extends SinkResult {
  /** The input. */
  readonly value: T;
  readonly shardId: undefined;
  readonly sequenceNumber: undefined;
  readonly subSequenceNumber: undefined;
  /** How often the record was sent: 0 for one that was wrong in itself, or never had its turn. */
  readonly attempts: number;
  readonly error: KinesisStreamError;

  constructor(value: T, attempts: number, error: KinesisStreamError) {
    super();
    this.value = value;
    this.shardId = undefined;
    this.sequenceNumber = undefined;
    this.subSequenceNumber = undefined;
    this.attempts = attempts;
    this.error = error;
  }
}
