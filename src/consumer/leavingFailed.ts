import type { FailedShard } from '../errors/CheckpointFlushError.ts';
import { CheckpointStoreError } from '../errors/CheckpointStoreError.ts';
import type { KinesisStreamError } from '../errors/KinesisStreamError.ts';

/** One error for all that failed while a worker left its shards; undefined where nothing did. */
export function leavingFailed(failures: readonly FailedShard[]): KinesisStreamError | undefined {
  const [first, ...others] = failures;
  if (!first || others.length === 0) return first?.error;
  const { streamName } = first;
  const errors = failures.map(({ error }) => error);
  const list = failures.map(({ shardId, error }) => `${shardId}: ${error.message}`).join('; ');
  return new CheckpointStoreError(
    `${failures.length} shards of stream ${streamName} were not left in good order: ${list}`,
    {
      cause: new AggregateError(errors),
      streamName,
      retryable: errors.every(({ retryable }) => retryable),
    },
  );
}
