import { EntryQueue } from './EntryQueue.ts';
import type { ShardRange } from './ShardMap.ts';
import { type ShardLimits, ShardRate } from './ShardRate.ts';

/** The records that wait for one shard, and how fast they may go; of those whose shard is not known nobody knows that. */
export class ShardLane<T> {
  readonly shard: ShardRange | undefined;
  readonly queue = new EntryQueue<T>();
  readonly rate: ShardRate | undefined;
  /** The shard has had its share: nothing goes before this time. */
  resumesAt = -Infinity;
  isParked = false;

  constructor(shard: ShardRange | undefined, limits: ShardLimits, now: number) {
    this.shard = shard;
    this.rate = shard && new ShardRate(limits, now);
  }
}
