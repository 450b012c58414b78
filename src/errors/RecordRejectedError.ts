import { KinesisStreamError } from './KinesisStreamError.ts';

/**
 * What is wrong with a record that cannot be sent.
 *
 * - `size`: data and partition key are larger than `maxRecordBytes`.
 * - `partitionKey`, `explicitHashKey`: the key is not what Kinesis takes, or the function that makes it threw; then `cause` is what it threw.
 */
export type RejectionReason = 'size' | 'partitionKey' | 'explicitHashKey';

/** What is wrong with which record. */
export interface RecordRejectedErrorOptions {
  readonly streamName: string;
  readonly reason: RejectionReason;
  readonly value: unknown;
  /** Given only where something was thrown. */
  readonly cause?: unknown;
}

/** A record was not sent, because Kinesis cannot take it as it is. The records around it are not concerned. */
export class RecordRejectedError extends KinesisStreamError {
  override readonly name = 'RecordRejectedError';
  readonly reason: RejectionReason;
  /** The input. */
  readonly value: unknown;

  constructor(wrong: string, { reason, value, ...options }: RecordRejectedErrorOptions) {
    super(`A record for stream ${options.streamName} was not sent: ${wrong}.`, options);
    this.reason = reason;
    this.value = value;
  }
}
