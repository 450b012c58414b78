import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';

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
}
