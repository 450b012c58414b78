import { isHashKey } from '../aws/hashKey.ts';
import { MAX_PARTITION_KEY_LENGTH } from '../aws/limits.ts';
import { EncodeError } from '../errors/EncodeError.ts';
import type { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import { RecordRejectedError, type RejectionReason } from '../errors/RecordRejectedError.ts';
import { describe } from '../internal/checkNumber.ts';
import { nameCause } from '../internal/nameRecord.ts';
import { KinesisRecord } from '../record/KinesisRecord.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';
import { Entry } from './Entry.ts';
import { PutFailure } from './PutResult.ts';

const NO_DATA = new Uint8Array(0);

/** Makes entries of inputs, and refuses those that Kinesis could not take. */
export class EntryMaker<T> {
  readonly #streamName: string;
  readonly #settings: ProducerSettings<T>;

  constructor(streamName: string, settings: ProducerSettings<T>) {
    this.#streamName = streamName;
    this.#settings = settings;
  }

  /** Makes an entry; of an input that cannot be sent one that has its result: RecordRejectedError or EncodeError. */
  make(value: T, arrivedAt: number): Entry<T> {
    try {
      return this.#make(value, arrivedAt);
    } catch (error) {
      const entry = new Entry(value, NO_DATA, '', undefined, 0, arrivedAt);
      entry.result = new PutFailure(value, 0, error as KinesisStreamError);
      return entry;
    }
  }

  #make(value: T, arrivedAt: number): Entry<T> {
    const partitionKey = this.#partitionKey(value);
    const explicitHashKey = this.#explicitHashKey(value);
    const data = this.#encode(value, partitionKey);
    const bytes = data.byteLength + Buffer.byteLength(partitionKey);
    const { maxRecordBytes } = this.#settings;
    if (bytes > maxRecordBytes) {
      const key = `partition key ${describe(partitionKey)}`;
      const wrong = `with ${key} it has ${bytes} bytes, and maxRecordBytes is ${maxRecordBytes}`;
      this.#reject('size', value, `${wrong}: make it smaller, or raise maxRecordBytes where the stream takes more`);
    }
    return new Entry(value, data, partitionKey, explicitHashKey, bytes, arrivedAt);
  }

  /** Made by the user's function, the record's own, or drawn. A record's own may come from anywhere, and is checked like any other. */
  #partitionKey(value: T): string {
    const { partitionKey, random } = this.#settings;
    const key: unknown = partitionKey ? this.#call('partitionKey', partitionKey, value) : ownKeys(value)?.partitionKey;
    if (!partitionKey && key === undefined) return Math.floor(random() * Number.MAX_SAFE_INTEGER).toString(36);
    const length = typeof key === 'string' ? key.length : 0;
    if (typeof key === 'string' && length > 0 && length <= MAX_PARTITION_KEY_LENGTH) {
      if (key.isWellFormed()) return key;
      this.#reject('partitionKey', value, `a partition key must not have half a surrogate pair; got ${describe(key)}`);
    }
    const wanted = `a partition key must be a string of 1 to ${MAX_PARTITION_KEY_LENGTH} characters (UTF-16 units)`;
    this.#reject('partitionKey', value, `${wanted}; got ${describe(key)}${length > 0 ? `, of ${length}` : ''}`);
  }

  #explicitHashKey(value: T): string | undefined {
    const { explicitHashKey, partitionKey } = this.#settings;
    const own = partitionKey ? undefined : ownKeys(value)?.explicitHashKey;
    const key: unknown = explicitHashKey ? this.#call('explicitHashKey', explicitHashKey, value) : own;
    if (key === undefined || isHashKey(key)) return key;
    const wanted = 'an explicit hash key must be a string of decimal digits below 2^128, without leading zeros';
    const type = typeof key === 'string' ? '' : `, of type ${typeof key}`;
    this.#reject('explicitHashKey', value, `${wanted}; got ${describe(key)}${type}`);
  }

  #encode(value: T, partitionKey: string): Uint8Array {
    const { codec } = this.#settings;
    const context = { streamName: this.#streamName, shardId: undefined, partitionKey };
    try {
      const data: unknown = codec.encode(value instanceof KinesisRecord ? value.data : value, context);
      if (data instanceof Uint8Array) return data;
      throw new TypeError(`the codec must return a Uint8Array; it returned ${describe(data)}`);
    } catch (cause) {
      throw new EncodeError({ streamName: this.#streamName, partitionKey, codec: codec.name, cause });
    }
  }

  #call<R>(reason: RejectionReason, make: (value: T) => R, value: T): R {
    try {
      return make(value);
    } catch (cause) {
      const wrong = `the function ${reason} threw ${nameCause(cause)}`;
      throw new RecordRejectedError(wrong, { streamName: this.#streamName, reason, value, cause });
    }
  }

  #reject(reason: RejectionReason, value: T, wrong: string): never {
    throw new RecordRejectedError(wrong, { streamName: this.#streamName, reason, value });
  }
}

const ownKeys = (value: unknown) => (value instanceof KinesisRecord ? value : undefined);
