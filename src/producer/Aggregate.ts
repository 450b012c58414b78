import { AggregateBuilder } from '../codec/aggregate/AggregateBuilder.ts';
import { aggregateFormat } from '../codec/aggregate/aggregateFormat.ts';
import type { Entry } from './Entry.ts';

const { partitionKey: PARTITION_KEY } = aggregateFormat;

/** Several records that travel as one, in the format of the KPL. All of them belong in one shard. */
export class Aggregate<T> {
  readonly entries: readonly Entry<T>[];
  readonly data: Uint8Array;
  readonly partitionKey = PARTITION_KEY;
  /** Of the first of them: of any of them would do. */
  readonly explicitHashKey: string;
  /** Data and partition key, as the service counts them. */
  readonly bytes: number;
  /** The shard that it is expected in. */
  readonly shardId: string | undefined;
  /** How many parcels may share a request with it, itself included. */
  readonly company: number;

  constructor(entries: readonly Entry<T>[], data: Uint8Array) {
    const [first] = entries;
    this.entries = entries;
    this.data = data;
    this.explicitHashKey = first?.explicitHashKey ?? BigInt(`0x${first?.hash ?? '0'}`).toString();
    this.bytes = data.byteLength + PARTITION_KEY.length;
    this.shardId = first?.shardId;
    this.company = first?.company ?? Infinity;
  }
}

/** Collects records for an aggregate, and knows its size as Kinesis counts it. */
export class AggregateDraft<T> {
  readonly #builder = new AggregateBuilder();
  readonly #entries: Entry<T>[] = [];

  get length(): number {
    return this.#entries.length;
  }

  /** That of its entries, which is the same. */
  get company(): number {
    return this.#entries[0]?.company ?? Infinity;
  }

  /** What the aggregate would weigh with the entry. */
  bytesWith(entry: Entry<T>): number {
    return this.#builder.sizeWith(entry) + PARTITION_KEY.length;
  }

  add(entry: Entry<T>): void {
    this.#builder.add(entry);
    this.#entries.push(entry);
  }

  /** The aggregate, or the record by itself where there is but one; undefined where there is none. */
  finish(): Aggregate<T> | Entry<T> | undefined {
    return this.#entries.length > 1 ? new Aggregate(this.#entries, this.#builder.encode()) : this.#entries[0];
  }
}
