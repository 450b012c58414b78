import { AggregateBuilder } from '../codec/aggregate/AggregateBuilder.ts';
import { aggregateFormat } from '../codec/aggregate/aggregateFormat.ts';
import { AggregateParcel } from './AggregateParcel.ts';
import type { Entry } from './Entry.ts';

const { partitionKey: PARTITION_KEY } = aggregateFormat;

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
  finish(): AggregateParcel<T> | Entry<T> | undefined {
    return this.#entries.length > 1 ? new AggregateParcel(this.#entries, this.#builder.encode()) : this.#entries[0];
  }
}
