import type { SchedulerLike } from 'rxjs';
import { hashKeyToHex } from '../../src/aws/hashKey.ts';
import { checkToKinesisOptions } from '../../src/producer/checkToKinesisOptions.ts';
import type { ShardMap, ShardRange } from '../../src/producer/ShardMap.ts';
import { ShardQueues } from '../../src/producer/ShardQueues.ts';
import type { ToKinesisOptions } from '../../src/producer/ToKinesisOptions.ts';

const SPACE = 2n ** 128n;

/** A map of shards that is what it was set to last. Hash keys are told as parts of the whole range: 0.5 is its middle. */
export class FixedShards {
  doubts = 0;
  #open: readonly ShardRange[] = [];
  readonly #all = new Map<string, ShardRange>();

  /** @param starts the first hash keys of the shards that are open now, by their names */
  set(starts: Record<string, number>): void {
    const sorted = Object.entries(starts).sort(([, one], [, other]) => one - other);
    this.#open = sorted.map(([shardId, start], index) => ({
      shardId,
      start: hashKeyToHex(FixedShards.key(start)),
      end: hashKeyToHex(FixedShards.key(sorted[index + 1]?.[1] ?? 1) - 1n),
    }));
    for (const shard of this.#open) this.#all.set(shard.shardId, shard);
  }

  /** That part of the hash range. */
  static key(part: number): bigint {
    return (BigInt(Math.round(part * 2 ** 20)) * SPACE) / 2n ** 20n;
  }

  get isKnown(): boolean {
    return this.#open.length > 0;
  }

  shardOf(hash: string): ShardRange | undefined {
    return this.#open.find(({ start, end }) => start <= hash && hash <= end);
  }

  find(shardId: string): ShardRange | undefined {
    return this.#all.get(shardId);
  }

  doubt(): void {
    this.doubts++;
  }

  forget(): void {
    this.#open = [];
    this.#all.clear();
  }

  get asMap(): ShardMap {
    return this as unknown as ShardMap;
  }

  /** Queues by this map. */
  queues<T>(scheduler: SchedulerLike, options: ToKinesisOptions<T> = {}, onResumed?: () => void): ShardQueues<T> {
    return new ShardQueues<T>(checkToKinesisOptions({ scheduler, ...options }), this.asMap, () => onResumed?.());
  }
}
