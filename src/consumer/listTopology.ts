import type { ChildShard, Shard } from '@aws-sdk/client-kinesis';
import { map, reduce, type Observable } from 'rxjs';
import type { KinesisClientLike } from '../aws/KinesisClientLike.ts';
import { listShardPages, type ReadSite } from '../aws/readCalls.ts';
import { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import { topologyOf, type ShardInfo, type Topology } from './topology.ts';

/** Emits all shards of the stream, and completes. Errors as {@link listShardPages}, and where none is listed. */
export function listTopology(client: KinesisClientLike, site: ReadSite): Observable<Topology> {
  return listShardPages(client, site).pipe(
    reduce<{ Shards?: Shard[] | undefined }, ShardInfo[]>((all, { Shards }) => {
      // No stream is without a shard: an answer that lists none is none, whatever stands between us and the service.
      if (!Array.isArray(Shards) || Shards.length === 0) throw noListing(site.target.streamName);
      all.push(...Shards.map(shardInfo));
      return all;
    }, []),
    map(topologyOf),
  );
}

export function childShardInfo({ ShardId = '', ParentShards, HashKeyRange }: ChildShard): ShardInfo {
  return {
    shardId: ShardId,
    parentShardIds: ParentShards ?? [],
    startingHashKey: HashKeyRange?.StartingHashKey ?? '',
    endingHashKey: HashKeyRange?.EndingHashKey ?? '',
    isOpen: true,
  };
}

function shardInfo(shard: Shard): ShardInfo {
  return {
    shardId: shard.ShardId ?? '',
    parentShardIds: [shard.ParentShardId ?? undefined, shard.AdjacentParentShardId ?? undefined].filter(
      (id) => id !== undefined,
    ),
    startingHashKey: shard.HashKeyRange?.StartingHashKey ?? '',
    endingHashKey: shard.HashKeyRange?.EndingHashKey ?? '',
    isOpen: !shard.SequenceNumberRange?.EndingSequenceNumber,
  };
}

function noListing(streamName: string): KinesisServiceError {
  return new KinesisServiceError(`ListShards listed no shard of stream ${streamName}. The call is repeated.`, {
    kind: 'transient',
    awsName: 'unknown',
    operation: 'ListShards',
    streamName,
  });
}
