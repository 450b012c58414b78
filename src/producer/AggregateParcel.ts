import { aggregateFormat } from '../codec/aggregate/aggregateFormat.ts';
import type { Entry } from './Entry.ts';

const { partitionKey: PARTITION_KEY } = aggregateFormat;

/** Several records that travel as one, in the format of the KPL. All of them belong in one shard. */
export class AggregateParcel<T> {
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
