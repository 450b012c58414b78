import { CheckpointStoreError } from './CheckpointStoreError.ts';
import { KinesisStreamError } from './KinesisStreamError.ts';

/** One shard whose checkpoint was not written, and why. */
export interface FailedShard {
  readonly streamName: string;
  readonly shardId: string;
  readonly error: KinesisStreamError;
}

/** Some shards' checkpoints could not be written; those of the others were. What failed is written at the next flush. */
export class CheckpointFlushError extends KinesisStreamError {
  override readonly name = 'CheckpointFlushError';
  /** Every shard that failed. */
  readonly failures: readonly FailedShard[];

  constructor(failures: readonly FailedShard[]) {
    const list = failures.map(({ shardId, error }) => `${shardId}: ${error.message}`).join('; ');
    super(
      `The checkpoints of ${failures.length} shard(s) were not written: ${list}. They are tried again at the next flush.`,
      {
        cause: failures[0]?.error,
        streamName: failures[0]?.streamName,
        shardId: failures.length === 1 ? failures[0]?.shardId : undefined,
        retryable: failures.every(({ error }) => error.retryable),
      },
    );
    this.failures = failures;
  }

  /** The first failure that no later flush can cure: the store itself said so. A lost lease is none, for the shard is read elsewhere. */
  get incurable(): KinesisStreamError | undefined {
    return this.failures.find(({ error }) => error instanceof CheckpointStoreError && !error.retryable)?.error;
  }
}
