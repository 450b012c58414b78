import { hashKeyToHex, hashOfPartitionKey } from '../aws/hashKey.ts';
import { MAX_HASH_KEY } from '../aws/limits.ts';
import type { ShardInfo } from './topology.ts';

/** Whether a record with these keys belongs to another shard than the one it was found in. */
export type IsAstray = (partitionKey: string, explicitHashKey: string | undefined) => boolean;

const HASH_KEY = /^\d{1,39}$/;

/**
 * How user records in the aggregates of a shard are told that belong elsewhere; undefined where there cannot be any.
 *
 * A writer puts records together that it takes to be of one shard, and goes wrong when that was split or merged since it looked. Then the
 * aggregate arrives in a child. So a shard without parents has none, and is spared the hashing.
 */
export function astrayFrom(shard: ShardInfo | undefined): IsAstray | undefined {
  if (!shard || shard.parentShardIds.length === 0) return undefined;
  const [first, last] = [BigInt(shard.startingHashKey), BigInt(shard.endingHashKey)];
  const [firstHex, lastHex] = [hashKeyToHex(first), hashKeyToHex(last)];
  return (partitionKey, explicitHashKey) => {
    if (explicitHashKey === undefined) {
      const hex = hashOfPartitionKey(partitionKey);
      return hex < firstHex || hex > lastHex;
    }
    // What is no hash key belongs nowhere else either.
    if (!HASH_KEY.test(explicitHashKey)) return false;
    const hashKey = BigInt(explicitHashKey);
    return hashKey <= MAX_HASH_KEY && (hashKey < first || hashKey > last);
  };
}
