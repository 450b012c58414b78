import { evenRanges, type FakeStream } from './FakeStream.ts';
import type { FakeShard } from './FakeShard.ts';

/** Whether `hashKey` may start the second of the two that a shard is split in. */
export const splits = ({ range: { start, end } }: FakeShard, hashKey: bigint): boolean =>
  hashKey > start + 1n && hashKey < end;

/** Whether two shards may be merged. */
export const areNeighbours = ({ range: one }: FakeShard, { range: other }: FakeShard): boolean =>
  one.end + 1n === other.start || other.end + 1n === one.start;

/** Splits a shard in two, the second starting at `hashKey`. */
export function splitShard(stream: FakeStream, shard: FakeShard, hashKey: bigint, now: number): FakeShard[] {
  const { start, end } = shard.range;
  return stream.replace(
    [shard],
    [
      { start, end: hashKey - 1n },
      { start: hashKey, end },
    ],
    now,
  );
}

/** Makes one shard of two neighbours. */
export function mergeShards(stream: FakeStream, shard: FakeShard, adjacent: FakeShard, now: number): FakeShard[] {
  const [low, high] = shard.range.start < adjacent.range.start ? [shard, adjacent] : [adjacent, shard];
  return stream.replace([shard, adjacent], [{ start: low.range.start, end: high.range.end }], now);
}

/**
 * Brings a stream to `target` shards of even width by splits and merges, as UpdateShardCount does:
 * every bound that is missing is split in, then what lies within one of the new ranges is merged pair by pair.
 */
export function scaleTo(stream: FakeStream, target: number, now: number): void {
  const ranges = evenRanges(target);
  for (const { start } of ranges) {
    const shard = stream.open.find(({ range }) => range.start < start && start <= range.end);
    if (shard) splitShard(stream, shard, start, now);
  }
  for (const { start, end } of ranges) {
    let within = stream.open.filter(({ range }) => range.start >= start && range.end <= end);
    while (within.length > 1) {
      const [first, second, ...rest] = within as [FakeShard, FakeShard, ...FakeShard[]];
      within = [...mergeShards(stream, first, second, now), ...rest];
    }
  }
}
