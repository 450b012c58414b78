import { hashOfPartitionKey } from '../../aws/hashKey.ts';
import { MAX_HASH_KEY } from '../../aws/limits.ts';
import { FakeShard, type HashRange, shardIdOf } from './FakeShard.ts';
import type { RecordPlace } from './RecordPlace.ts';

export const HOUR_MS = 3_600_000;
/** Shards whose sequence numbers share a counter, so that they have gaps as the service's have. */
const SHARDS_PER_COUNTER = 5;
const SWEEP_EVERY_MS = 1_000;
const MAX_REMEMBERED_KEYS = 10_000;

export type FakeStreamStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING';

export interface FakeStreamSettings {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly shards: number;
  readonly mode: 'PROVISIONED' | 'ON_DEMAND';
  readonly retentionHours: number;
  readonly maxRecordBytes: number;
}

/**
 * A stream: its shards, open and closed, and what is about to become of it.
 *
 * A change that takes time is applied by the first look at the stream after its time has come, as of that time: there is no timer.
 */
export class FakeStream {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly mode: 'PROVISIONED' | 'ON_DEMAND';
  readonly tags = new Map<string, string>();
  /** When it last got a new shard count, for the limit on that. */
  readonly scaledAt: number[] = [];
  retentionHours: number;
  maxRecordBytes: number;
  /** Iterators of an earlier generation have expired. */
  iteratorGeneration = 0;
  status: FakeStreamStatus = 'ACTIVE';
  readonly #shards = new Map<string, FakeShard>();
  readonly #counters: number[] = [];
  readonly #unpacked = new Set<FakeShard>();
  readonly #shardOfKey = new Map<string, FakeShard>();
  #open: FakeShard[] = [];
  #nextIndex = 0;
  #pending: { readonly at: number; readonly apply: (at: number) => void } | undefined;
  #sweptAt: number;

  constructor(settings: FakeStreamSettings) {
    this.name = settings.name;
    this.arn = settings.arn;
    this.createdAt = settings.createdAt;
    this.mode = settings.mode;
    this.retentionHours = settings.retentionHours;
    this.maxRecordBytes = settings.maxRecordBytes;
    this.#sweptAt = settings.createdAt;
    this.replace([], evenRanges(settings.shards), settings.createdAt);
  }

  /** The open shards, by hash key. */
  get open(): readonly FakeShard[] {
    return this.#open;
  }

  /** Enters `status` until `at`, when `apply` is called and the stream is ACTIVE; at once when `at` is now. */
  change(status: FakeStreamStatus, now: number, at: number, apply: (at: number) => void): void {
    if (at <= now) {
      apply(now);
      return;
    }
    this.status = status;
    this.#pending = { at, apply };
  }

  /** Brings the stream to `now`: applies what was due, and from time to time frees what retention has trimmed. */
  settle(now: number): void {
    const pending = this.#pending;
    if (pending && pending.at <= now && this.status !== 'DELETING') {
      this.#pending = undefined;
      this.status = 'ACTIVE';
      pending.apply(pending.at);
    }
    if (now - this.#sweptAt >= SWEEP_EVERY_MS) this.#sweep(now);
  }

  /** The shards that still exist at `now`, by id. */
  shards(now: number): FakeShard[] {
    return [...this.#shards.values()].filter((shard) => this.#exists(shard, now));
  }

  /** The shard of that id, trimmed to `now`. */
  shard(shardId: string, now: number): FakeShard | undefined {
    const shard = this.#shards.get(shardId);
    if (!shard || !this.#exists(shard, now)) return undefined;
    shard.log.trim(this.horizon(now));
    return shard;
  }

  shardAt(index: number, now: number): FakeShard | undefined {
    return this.shard(shardIdOf(index), now);
  }

  /** The oldest time whose records are kept. */
  horizon(now: number): number {
    return now - this.retentionHours * HOUR_MS;
  }

  /** The open shard that a partition key falls into. Those seen lately are remembered, until a reshard. */
  shardOfKey(partitionKey: string): FakeShard {
    let shard = this.#shardOfKey.get(partitionKey);
    if (!shard) {
      if (this.#shardOfKey.size >= MAX_REMEMBERED_KEYS) this.#shardOfKey.clear();
      this.#shardOfKey.set(partitionKey, (shard = this.shardOfHash(hashOfPartitionKey(partitionKey))));
    }
    return shard;
  }

  /** The open shard that a hash key (32 hexadecimal digits) falls into. */
  shardOfHash(hex: string): FakeShard {
    let low = 0;
    let high = this.#open.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#open[middle]?.startHex ?? '') <= hex) low = middle;
      else high = middle - 1;
    }
    const shard = this.#open[low];
    if (!shard) throw new RangeError(`stream ${this.name} has no open shard for hash key ${hex}`);
    return shard;
  }

  /** Gives a record its place; its data are not copied before {@link pack}. */
  append(shard: FakeShard, partitionKey: string, data: Uint8Array, now: number): RecordPlace {
    const group = Math.floor(shard.index / SHARDS_PER_COUNTER);
    const counter = (this.#counters[group] ?? 0) + 1;
    this.#counters[group] = counter;
    this.#unpacked.add(shard);
    return shard.append(partitionKey, data, counter, now);
  }

  /** Copies the data of what was appended, which may change afterwards. */
  pack(): void {
    for (const { log } of this.#unpacked) log.pack();
    this.#unpacked.clear();
  }

  /** Closes shards and opens others over the same hash keys, their children. */
  replace(closing: readonly FakeShard[], ranges: readonly HashRange[], now: number): FakeShard[] {
    for (const shard of closing) shard.close(now);
    this.#shardOfKey.clear();
    const opened = ranges.map((range) => {
      const shard = new FakeShard(this.#nextIndex, range, closing, now);
      this.#nextIndex += 1;
      this.#shards.set(shard.id, shard);
      return shard;
    });
    for (const shard of closing) shard.children.push(...opened);
    this.#open = [...this.#open.filter((shard) => shard.isOpen), ...opened].sort((a, b) =>
      a.startHex < b.startHex ? -1 : 1,
    );
    return opened;
  }

  #exists(shard: FakeShard, now: number): boolean {
    return shard.closedAt === undefined || shard.closedAt >= this.horizon(now);
  }

  #sweep(now: number): void {
    this.#sweptAt = now;
    for (const shard of this.#shards.values()) {
      if (this.#exists(shard, now)) shard.log.trim(this.horizon(now));
      else this.#shards.delete(shard.id);
    }
  }
}

/** The whole of the hash keys in `count` ranges, as the service cuts them for a new stream. */
export function evenRanges(count: number): HashRange[] {
  const width = (MAX_HASH_KEY + 1n) / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    start: width * BigInt(index),
    end: index === count - 1 ? MAX_HASH_KEY : width * BigInt(index + 1) - 1n,
  }));
}
