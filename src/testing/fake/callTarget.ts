import { isHashKey } from '../../aws/hashKey.ts';
import type { FakeService } from './FakeService.ts';
import { readIterator } from './shardIterator.ts';
import { type KeyedEntry, shardOf } from './writeOperations.ts';

/** The members of requests that name a stream, a shard, or records for one. */
interface TargetedInput {
  readonly StreamName?: unknown;
  readonly StreamARN?: unknown;
  readonly ShardId?: unknown;
  readonly ShardIterator?: unknown;
  readonly ShardToSplit?: unknown;
  readonly ShardToMerge?: unknown;
  readonly AdjacentShardToMerge?: unknown;
  readonly PartitionKey?: unknown;
  readonly Records?: unknown;
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** The name of the stream that a request is about, as far as it can be told; the request may be wrong in every way. */
export function streamNameIn(service: FakeService, input: object): string | undefined {
  const { StreamName, StreamARN, ShardIterator } = input as TargetedInput;
  if (isText(StreamName)) return StreamName;
  if (isText(StreamARN)) return StreamARN.split(':stream/')[1];
  return isText(ShardIterator) ? readIterator(service, ShardIterator)?.streamName : undefined;
}

/** The ids of the shards that a request is about. */
export function shardIdsIn(service: FakeService, input: object): readonly string[] {
  const given = input as TargetedInput;
  if (isText(given.ShardIterator)) return [readIterator(service, given.ShardIterator)?.shardName].filter(isText);
  const named = [given.ShardId, given.ShardToSplit, given.ShardToMerge, given.AdjacentShardToMerge].filter(isText);
  if (named.length > 0) return named;
  const entries: unknown[] = Array.isArray(given.Records) ? given.Records : isText(given.PartitionKey) ? [given] : [];
  const stream = service.find(streamNameIn(service, input) ?? '');
  return stream ? entries.filter(isKeyed).map((entry) => shardOf(stream, entry).id) : [];
}

function isKeyed(entry: unknown): entry is KeyedEntry {
  if (typeof entry !== 'object' || entry === null) return false;
  const { PartitionKey, ExplicitHashKey } = entry as Partial<Record<keyof KeyedEntry, unknown>>;
  return isText(PartitionKey) && (ExplicitHashKey === undefined || isHashKey(ExplicitHashKey));
}
