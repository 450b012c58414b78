import type { ChildShard, HashKeyRange, Shard } from '@aws-sdk/client-kinesis';
import type { FakeShard, HashRange } from './FakeShard.ts';

const describeRange = ({ start, end }: HashRange): HashKeyRange => ({
  StartingHashKey: start.toString(),
  EndingHashKey: end.toString(),
});

/** A shard as DescribeStream and ListShards give it. */
export function describeShard(shard: FakeShard): Shard {
  const [parent, adjacent] = shard.parents;
  const ending = shard.endingSequenceNumber;
  return {
    ShardId: shard.id,
    ...(parent && { ParentShardId: parent.id }),
    ...(adjacent && { AdjacentParentShardId: adjacent.id }),
    HashKeyRange: describeRange(shard.range),
    SequenceNumberRange: {
      StartingSequenceNumber: shard.startingSequenceNumber,
      ...(ending !== undefined && { EndingSequenceNumber: ending }),
    },
  };
}

/** A shard as the last answer of GetRecords from its parent gives it. */
export const describeChild = (shard: FakeShard): ChildShard => ({
  ShardId: shard.id,
  ParentShards: shard.parents.map(({ id }) => id),
  HashKeyRange: describeRange(shard.range),
});
