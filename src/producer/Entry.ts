import { hashKeyToHex, hashOfPartitionKey } from '../aws/hashKey.ts';
import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import type { PutResult } from './PutResult.ts';

/** `queued` to be sent, `waiting` behind others of the key, or `held` by a batch that is being sent. */
export type Turn = 'queued' | 'waiting' | 'held';

/** One record on its way: an input as bytes and keys, and what has become of it so far. */
export class Entry<T> {
  readonly value: T;
  readonly data: Uint8Array;
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  /** Data and partition key, as the service counts them. */
  readonly bytes: number;
  readonly arrivedAt: number;
  attempts = 0;
  /** Why the last attempt failed. */
  lastError: KinesisServiceError | undefined = undefined;
  /** The shard that it is expected in. */
  shardId: string | undefined = undefined;
  /** How many may share a request with it, itself included: fewer each time that one was refused for something in it. */
  company = Infinity;
  /** Its place among those of its key, where their order is kept. */
  turn: Turn | undefined = undefined;
  result: PutResult<T> | undefined = undefined;

  constructor(
    value: T,
    data: Uint8Array,
    partitionKey: string,
    explicitHashKey: string | undefined,
    bytes: number,
    arrivedAt: number,
  ) {
    this.value = value;
    this.data = data;
    this.partitionKey = partitionKey;
    this.explicitHashKey = explicitHashKey;
    this.bytes = bytes;
    this.arrivedAt = arrivedAt;
  }

  /** Where in the hash range it belongs: 32 hexadecimal digits. */
  get hash(): string {
    return this.explicitHashKey === undefined
      ? hashOfPartitionKey(this.partitionKey)
      : hashKeyToHex(BigInt(this.explicitHashKey));
  }
}
