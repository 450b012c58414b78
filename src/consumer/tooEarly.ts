import type { IteratorStart } from '../aws/readCalls.ts';
import { KinesisServiceError } from '../errors/KinesisServiceError.ts';

/**
 * The error of a call that asked for a place in a shard, as one that passes if the service refused a time that has not come yet by its clock:
 * that of this machine is ahead of it. Any other as it is.
 */
export function tooEarly(error: unknown, { ShardIteratorType }: IteratorStart): unknown {
  const isRefused =
    ShardIteratorType === 'AT_TIMESTAMP' &&
    error instanceof KinesisServiceError &&
    error.awsName === 'InvalidArgumentException' &&
    /timestamp/i.test(error.message);
  if (!isRefused) return error;
  const { operation, awsName, streamName, shardId, cause } = error;
  const said = error.message.replace(/ Check the options given for this stream\.$/, '');
  return new KinesisServiceError(
    `${said} The clock of this machine is ahead of the service's. The call is repeated until that time has come.`,
    { kind: 'transient', awsName, operation, streamName, shardId, cause },
  );
}
