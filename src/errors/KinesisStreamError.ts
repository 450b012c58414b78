/** What an error concerns, as far as it is known. */
export interface KinesisStreamErrorOptions {
  readonly cause?: unknown;
  readonly streamName?: string | undefined;
  readonly shardId?: string | undefined;
  readonly sequenceNumber?: string | undefined;
  readonly retryable?: boolean;
}

/**
 * The base of every error of this library that is not a wrong argument (those are `TypeError` and `RangeError`).
 *
 * Its message says what failed, where, and what to do.
 */
export class KinesisStreamError extends Error {
  override readonly name: string = 'KinesisStreamError';
  readonly streamName: string | undefined;
  readonly shardId: string | undefined;
  readonly sequenceNumber: string | undefined;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;

  constructor(message: string, options: KinesisStreamErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.streamName = options.streamName;
    this.shardId = options.shardId;
    this.sequenceNumber = options.sequenceNumber;
    this.retryable = options.retryable ?? false;
  }
}
