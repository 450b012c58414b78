import { GetShardIteratorCommand } from '@aws-sdk/client-kinesis';
import { failureLine } from './failureLine.ts';
import { formatPlace } from './formatPlace.ts';
import { iteratorAt } from './iteratorAt.ts';
import type { Move } from './Move.ts';
import { type KinesisFlags, openKinesis } from './openKinesis.ts';
import { WrongInput } from './WrongInput.ts';

/** Asks Kinesis whether the shards have these places: one that a shard has not ends every worker that begins there. */
export async function verifyMoves(moves: readonly Move[], flags: KinesisFlags): Promise<void> {
  const client = openKinesis(flags);
  try {
    for (const { lease, to } of moves) {
      if (to === 'SHARD_END') continue;
      const { streamName: StreamName, shardId: ShardId } = lease;
      await client
        .send(new GetShardIteratorCommand({ StreamName, ShardId, ...iteratorAt(to) }))
        .catch((error: unknown) => {
          const said = `Kinesis did not take ${formatPlace(to)} for shard ${ShardId}: ${failureLine(error).replace(/\.$/, '')}.`;
          if ((error as Error).name === 'InvalidArgumentException') {
            throw new WrongInput(
              `--to must be a place in the shard. ${said} Copy one from checkpoints show, or from a record.`,
            );
          }
          throw new Error(
            `${said} Leave --verify out, or check --region, --kinesis-endpoint and the credentials, which need kinesis:GetShardIterator.`,
            { cause: error },
          );
        });
    }
  } finally {
    client.destroy();
  }
}
