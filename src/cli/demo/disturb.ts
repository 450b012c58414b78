import { MergeShardsCommand, type Shard, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { defer, filter, finalize, from, interval, map, merge, type Observable, switchMap, take } from 'rxjs';
import { makeKinesisClient } from '../../index.ts';
import type { LocalKinesis } from '../../testing/index.ts';
import { shortName } from './shortName.ts';

/** What is disturbed, and how far it is. */
export interface DisturbOptions {
  readonly local: LocalKinesis;
  readonly stream: string;
  readonly random: () => number;
  /** The share of the records that is written. */
  readonly writtenShare: () => number;
}

const LOOK_MS = 50;
const THROTTLE_MS = 2_000;
const FAILING_SHARE = 0.05;

/** Splits, throttles and merges while records are written, lets reads fail all along, and says when it does. */
export function disturb({ local, stream, random, writtenShare }: DisturbOptions): Observable<string> {
  return defer(() => {
    const client = makeKinesisClient(local.clientConfig);
    local.fake.fail({ operation: 'GetRecords', stream, error: 'InternalFailure', probability: FAILING_SHARE });
    const between = (least: number, most: number) => at(least + random() * (most - least), writtenShare);
    const pick = <T>(candidates: readonly T[]) => candidates[Math.floor(random() * candidates.length)] as T;
    let splitShardId: string | undefined;

    const split = async () => {
      const shard = pick(openShards(local, stream));
      splitShardId = shard.id;
      const middle = (shard.start + shard.end + 1n) / 2n;
      await client.send(
        new SplitShardCommand({ StreamName: stream, ShardToSplit: shard.id, NewStartingHashKey: middle.toString() }),
      );
      return `shard ${shortName(shard.id)} is split`;
    };
    const throttle = () => {
      const { id } = pick(openShards(local, stream));
      local.fake.throttle({ stream, shard: id, forMs: THROTTLE_MS });
      return Promise.resolve(`shard ${shortName(id)} is throttled for ${THROTTLE_MS / 1_000} s, reads and writes`);
    };
    const mergeTwo = async () => {
      const open = openShards(local, stream);
      const isChild = (shard: OpenShard | undefined) => shard?.parent === splitShardId;
      // A child of the split with a neighbour from before it: neither too hot afterwards, nor the split undone.
      const pairs = open
        .map((shard, index) => [shard, open[index + 1]] as const)
        .filter(([one, next]) => next && isChild(one) !== isChild(next));
      const [one, next] = pick(pairs);
      await client.send(
        new MergeShardsCommand({ StreamName: stream, ShardToMerge: one.id, AdjacentShardToMerge: next?.id }),
      );
      return `shards ${shortName(one.id)} and ${shortName(next?.id ?? '')} are merged`;
    };

    return merge(
      between(0.1, 0.25).pipe(switchMap(() => from(split()))),
      between(0.3, 0.4).pipe(switchMap(() => from(throttle()))),
      between(0.6, 0.8).pipe(switchMap(() => from(mergeTwo()))),
    ).pipe(finalize(() => client.destroy()));
  });
}

/** Emits once that share is written. */
function at(share: number, writtenShare: () => number): Observable<unknown> {
  return interval(LOOK_MS).pipe(
    map(writtenShare),
    filter((written) => written >= share),
    take(1),
  );
}

interface OpenShard {
  readonly id: string;
  readonly parent: string | undefined;
  readonly start: bigint;
  readonly end: bigint;
}

/** In the order of their hash ranges, so that neighbours are neighbours. */
function openShards(local: LocalKinesis, stream: string): OpenShard[] {
  return local.fake
    .shards(stream)
    .filter((shard) => shard.SequenceNumberRange?.EndingSequenceNumber === undefined)
    .map(({ ShardId = '', ParentShardId, HashKeyRange }: Shard) => ({
      id: ShardId,
      parent: ParentShardId,
      start: BigInt(HashKeyRange?.StartingHashKey ?? 0),
      end: BigInt(HashKeyRange?.EndingHashKey ?? 0),
    }))
    .sort((one, other) => (one.start < other.start ? -1 : 1));
}
