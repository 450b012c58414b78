import { KinesisStreamError } from './KinesisStreamError.ts';

/** Which record was given up, and after what. */
export interface PutFailedErrorOptions {
  readonly streamName: string;
  readonly value: unknown;
  readonly attempts: number;
  /** The last attempt's error; undefined if there was no attempt. */
  readonly cause: KinesisStreamError | undefined;
  readonly retryable: boolean;
}

/** What its cause promised is over. */
const REPEATED = ' The call is repeated.';
const PUT_AGAIN = ' Put it again, or give records more time (ttlMs) or attempts (maxAttempts).';

/**
 * Kinesis did not accept a record, and it is not tried again. `cause` is the error of its last attempt.
 *
 * After a timeout or a broken connection the record may be in the stream all the same: Kinesis accepted it and the answer was lost.
 */
export class PutFailedError extends KinesisStreamError {
  override readonly name = 'PutFailedError';
  /** The input. */
  readonly value: unknown;
  /** How often the record was sent. */
  readonly attempts: number;

  constructor(why: string, { value, attempts, ...options }: PutFailedErrorOptions) {
    const last = options.cause ? ` The last attempt: ${options.cause.message.replace(REPEATED, '')}` : '';
    const remedy = options.retryable ? PUT_AGAIN : '';
    super(
      `A record was not written to stream ${options.streamName}: ${why}, after ${attempts} attempt(s).${last}${remedy}`,
      options,
    );
    this.value = value;
    this.attempts = attempts;
  }
}
