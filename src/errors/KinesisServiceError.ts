import { KinesisStreamError, type KinesisStreamErrorOptions } from './KinesisStreamError.ts';

/**
 * What an AWS failure means to a caller.
 *
 * - `throttle`: too fast; the same call succeeds later.
 * - `transient`: a 5xx, a reset, a timeout; the same call may succeed at once.
 * - `expiredIterator`: a fresh shard iterator cures it.
 * - `fatal`: repeating the call cannot help: access denied, no such stream, a wrong argument, a disabled key.
 */
export type AwsErrorKind = 'throttle' | 'transient' | 'expiredIterator' | 'fatal';

/** Which call failed, and what that means. */
export interface KinesisServiceErrorOptions extends KinesisStreamErrorOptions {
  readonly kind: AwsErrorKind;
  readonly awsName: string;
  readonly operation: string;
}

/** A call to Kinesis failed. `cause` is the SDK's own error. */
export class KinesisServiceError extends KinesisStreamError {
  override readonly name = 'KinesisServiceError';
  readonly kind: AwsErrorKind;
  /** AWS' name of the error, such as `ProvisionedThroughputExceededException`; else `connection`, `timeout` or `unknown`. */
  readonly awsName: string;
  /** The API operation, such as `GetRecords`. */
  readonly operation: string;

  constructor(message: string, options: KinesisServiceErrorOptions) {
    super(message, { ...options, retryable: options.kind !== 'fatal' });
    this.kind = options.kind;
    this.awsName = options.awsName;
    this.operation = options.operation;
  }
}
