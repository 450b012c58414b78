import { hashKeyToHex, hashOfPartitionKey, isHashKey } from '../aws/hashKey.ts';
import type { ShardInfo } from './topology.ts';

/** Whether a record with these keys belongs to another shard than the one it was found in. */
export type IsAstray = (partitionKey: string, explicitHashKey: string | undefined) => boolean;

/** What stands in a text for bytes that were no UTF-8. */
const REPLACEMENT = '\uFFFD';

/**
 * How user records in the aggregates of a shard are told that belong elsewhere; undefined where there cannot be any.
 *
 * A writer puts records together that it takes to be of one shard, and goes wrong when that was split or merged since it looked. Then the
 * aggregate arrives in a child. So a shard without parents has none, and is spared the hashing.
 */
export function astrayFrom(shard: ShardInfo | undefined): IsAstray | undefined {
  if (!shard || shard.parentShardIds.length === 0) return undefined;
  // Of a shard whose range is not known nothing can be said to be astray.
  if (!isHashKey(shard.startingHashKey) || !isHashKey(shard.endingHashKey)) return undefined;
  const [first, last] = [BigInt(shard.startingHashKey), BigInt(shard.endingHashKey)];
  const [firstHex, lastHex] = [hashKeyToHex(first), hashKeyToHex(last)];
  return (partitionKey, explicitHashKey) => {
    if (explicitHashKey === undefined) {
      // Where the key's bytes are not known, its hash is not either: the record is delivered.
      if (partitionKey.includes(REPLACEMENT)) return false;
      const hex = hashOfPartitionKey(partitionKey);
      return hex < firstHex || hex > lastHex;
    }
    // What is no hash key belongs nowhere else either.
    if (!isHashKey(explicitHashKey)) return false;
    const hashKey = BigInt(explicitHashKey);
    return hashKey < first || hashKey > last;
  };
}
