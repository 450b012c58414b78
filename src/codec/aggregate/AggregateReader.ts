import { hash } from 'node:crypto';
import type { AggregatedRecord } from './AggregatedRecord.ts';
import { aggregateFormat } from './aggregateFormat.ts';
import { MALFORMED, WireReader } from './WireReader.ts';

const { magic, magicBytes, digestBytes, partitionKeyTag, explicitHashKeyTag, recordTag } = aggregateFormat;
const { partitionKeyIndexTag, explicitHashKeyIndexTag, dataTag } = aggregateFormat;
const NONE = -1;

/**
 * An aggregate that was found to be one, and whose user records are made one after the other, as they are asked for.
 *
 * It holds the keys' tables and nothing for each record.
 */
export class AggregateReader {
  /** How many user records there are. */
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #partitionKeys: readonly string[];
  readonly #explicitHashKeys: readonly string[];
  readonly #reader: WireReader;
  readonly #record = new RecordFields();

  private constructor(bytes: Uint8Array, count: number, partitionKeys: readonly string[], hashKeys: readonly string[]) {
    this.#bytes = bytes;
    this.count = count;
    this.#partitionKeys = partitionKeys;
    this.#explicitHashKeys = hashKeys;
    this.#reader = messageOf(bytes);
  }

  /** Whether the bytes begin as an aggregate does. */
  static isClaimedBy(data: Uint8Array): boolean {
    return data[0] === magic[0] && data[1] === magic[1] && data[2] === magic[2] && data[3] === magic[3];
  }

  /** Opens what is an aggregate to its last byte; undefined for all else, which costs a look at four bytes as a rule. */
  static open(data: Uint8Array): AggregateReader | undefined {
    // An empty message is none, for the KCL too.
    if (!AggregateReader.isClaimedBy(data) || data.byteLength <= magicBytes + digestBytes) return undefined;
    if (!hasDigest(data)) return undefined;
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const reader = messageOf(data);
    const record = new RecordFields();
    const partitionKeys: string[] = [];
    const hashKeys: string[] = [];
    let [count, maxPartitionKey, maxHashKey] = [0, NONE, NONE];
    while (reader.at < reader.end) {
      const tag = reader.tag();
      if (tag === recordTag) {
        if (!record.read(reader)) return undefined;
        count += 1;
        // The tables may come behind the records.
        if (record.partitionKeyIndex > maxPartitionKey) maxPartitionKey = record.partitionKeyIndex;
        if (record.explicitHashKeyIndex > maxHashKey) maxHashKey = record.explicitHashKeyIndex;
      } else if (tag === partitionKeyTag || tag === explicitHashKeyTag) {
        const length = reader.length();
        if (length === MALFORMED) return undefined;
        const key = text.toString('utf8', reader.at, reader.at + length);
        reader.at += length;
        (tag === partitionKeyTag ? partitionKeys : hashKeys).push(key);
      } else if (tag === MALFORMED || !reader.skip(tag)) {
        return undefined;
      }
    }
    if (maxPartitionKey >= partitionKeys.length || maxHashKey >= hashKeys.length) return undefined;
    return new AggregateReader(data, count, partitionKeys, hashKeys);
  }

  /** The next user record; undefined behind the last. Its data are part of the aggregate's bytes. */
  next(): AggregatedRecord | undefined {
    const record = this.#record;
    if (!this.#advance(this.#reader)) return undefined;
    const { buffer, byteOffset } = this.#bytes;
    return {
      partitionKey: this.#partitionKey,
      explicitHashKey: this.#explicitHashKey,
      data: new Uint8Array(buffer, byteOffset + record.dataAt, record.dataBytes),
    };
  }

  /** The places of those user records whose keys, or place, are wanted. */
  select(isWanted: (partitionKey: string, explicitHashKey: string | undefined, index: number) => boolean): Uint32Array {
    const reader = messageOf(this.#bytes);
    const selected = new Uint32Array(this.count);
    let length = 0;
    for (let index = 0; this.#advance(reader); index += 1) {
      if (isWanted(this.#partitionKey, this.#explicitHashKey, index)) selected[length++] = index;
    }
    return selected.subarray(0, length);
  }

  /** Reads the fields of the next record; false behind the last. All of it was found to be right when it was opened. */
  #advance(reader: WireReader): boolean {
    while (reader.at < reader.end) {
      const tag = reader.tag();
      if (tag === recordTag) return this.#record.read(reader);
      reader.skip(tag);
    }
    return false;
  }

  get #partitionKey(): string {
    return this.#partitionKeys[this.#record.partitionKeyIndex] ?? '';
  }

  get #explicitHashKey(): string | undefined {
    const { explicitHashKeyIndex } = this.#record;
    return explicitHashKeyIndex === NONE ? undefined : this.#explicitHashKeys[explicitHashKeyIndex];
  }
}

/** The fields of one record of the message. */
class RecordFields {
  partitionKeyIndex = NONE;
  explicitHashKeyIndex = NONE;
  dataAt = NONE;
  dataBytes = 0;

  /** Reads a record from its length on; false if it is malformed or lacks a required field. Of a repeated field the last counts. */
  read(reader: WireReader): boolean {
    this.partitionKeyIndex = this.explicitHashKeyIndex = this.dataAt = NONE;
    const length = reader.length();
    if (length === MALFORMED) return false;
    const outerEnd = reader.end;
    reader.end = reader.at + length;
    const isRead = this.#readFields(reader);
    reader.end = outerEnd;
    return isRead && this.partitionKeyIndex !== NONE && this.dataAt !== NONE;
  }

  #readFields(reader: WireReader): boolean {
    while (reader.at < reader.end) {
      const tag = reader.tag();
      if (tag === partitionKeyIndexTag || tag === explicitHashKeyIndexTag) {
        const index = reader.varint();
        if (index === MALFORMED) return false;
        if (tag === partitionKeyIndexTag) this.partitionKeyIndex = index;
        else this.explicitHashKeyIndex = index;
      } else if (tag === dataTag) {
        const length = reader.length();
        if (length === MALFORMED) return false;
        this.dataAt = reader.at;
        this.dataBytes = length;
        reader.at += length;
      } else if (tag === MALFORMED || !reader.skip(tag)) {
        return false;
      }
    }
    return true;
  }
}

const messageOf = (bytes: Uint8Array) => new WireReader(bytes, magicBytes, bytes.byteLength - digestBytes);

function hasDigest(bytes: Uint8Array): boolean {
  const end = bytes.byteLength - digestBytes;
  return hash('md5', bytes.subarray(magicBytes, end), 'buffer').equals(bytes.subarray(end));
}
