import { GetShardIteratorCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { failureLine } from './failureLine.ts';
import { formatPlace } from './formatPlace.ts';
import { iteratorAt } from './iteratorAt.ts';
import type { Move } from './Move.ts';
import { type KinesisFlags, openKinesis } from './openKinesis.ts';
import { openShards } from './openShards.ts';
import { WrongInput } from './WrongInput.ts';

/**
 * Asks Kinesis whether the shards have these places: one that a shard has not ends every worker that begins there, and the end of one that takes
 * writes leaves it without a reader.
 */
export async function verifyMoves(moves: readonly Move[], flags: KinesisFlags): Promise<void> {
  const client = openKinesis(flags);
  try {
    await verifyEnds(client, moves);
    for (const move of moves) await verifyPlace(client, move);
  } finally {
    client.destroy();
  }
}

async function verifyEnds(client: KinesisClient, moves: readonly Move[]): Promise<void> {
  const [ended] = moves.filter(({ to }) => to === 'SHARD_END').map(({ lease }) => lease);
  if (!ended) return;
  const open = await openShards(client, ended.streamName).catch((error: unknown) => {
    throw unanswered('Kinesis did not say which shards take writes', error, 'kinesis:ListShards');
  });
  const unread = moves.flatMap(({ lease: { shardId }, to }) =>
    to === 'SHARD_END' && open.has(shardId) ? shardId : [],
  );
  if (unread.length === 0) return;
  throw new WrongInput(
    `--to SHARD_END is for shards that have ended, and Kinesis still takes writes to ${unread.join(', ')}: they would be delivered to nobody. ` +
      'To skip what is there by now, give --to LATEST.',
  );
}

async function verifyPlace(client: KinesisClient, { lease, to }: Move): Promise<void> {
  if (to === 'SHARD_END') return;
  const { streamName: StreamName, shardId: ShardId } = lease;
  const command = new GetShardIteratorCommand({ StreamName, ShardId, ...iteratorAt(to) });
  await client.send(command).catch((error: unknown) => {
    const said = `Kinesis did not take ${formatPlace(to)} for shard ${ShardId}`;
    if ((error as Error).name === 'InvalidArgumentException') {
      throw new WrongInput(
        `--to must be a place in the shard. ${said}: ${bare(error)}. Copy one from checkpoints show, or from a record.`,
      );
    }
    throw unanswered(said, error, 'kinesis:GetShardIterator');
  });
}

const unanswered = (said: string, cause: unknown, action: string) =>
  new Error(
    `${said}: ${bare(cause)}. Leave --verify out, or check --region, --kinesis-endpoint and the credentials, which need ${action}.`,
    { cause },
  );

const bare = (error: unknown) => failureLine(error).replace(/\.$/, '');
