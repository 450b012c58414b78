import { KinesisStreamError } from './KinesisStreamError.ts';

/**
 * A call to a checkpoint store failed. `cause` is the error of the store's client.
 *
 * With `retryable` the call is made again, after a delay; without, the source errors.
 */
export class CheckpointStoreError extends KinesisStreamError {
  override readonly name = 'CheckpointStoreError';
}
