import { KinesisStreamError } from './KinesisStreamError.ts';

/**
 * Another worker has the shard's lease, or this worker could not renew it in time: what was not checkpointed will be delivered again, there.
 */
export class LeaseLostError extends KinesisStreamError {
  override readonly name = 'LeaseLostError';
}
