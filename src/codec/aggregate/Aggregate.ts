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
export class Aggregate {
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

  /** Opens what is an aggregate to its last byte; undefined for all else, which costs a look at four bytes as a rule. */
  static open(data: Uint8Array): Aggregate | undefined {
    // An empty message is none, for the KCL too.
    if (data.byteLength <= magicBytes + digestBytes || !hasMagic(data) || !hasDigest(data)) return undefined;
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
    return new Aggregate(data, count, partitionKeys, hashKeys);
  }

  /** The next user record; undefined behind the last. Its data are part of the aggregate's bytes. */
  next(): AggregatedRecord | undefined {
    const reader = this.#reader;
    while (reader.at < reader.end) {
      const tag = reader.tag();
      if (tag !== recordTag) {
        reader.skip(tag);
        continue;
      }
      const record = this.#record;
      record.read(reader);
      const { buffer, byteOffset } = this.#bytes;
      const { explicitHashKeyIndex } = record;
      return {
        partitionKey: this.#partitionKeys[record.partitionKeyIndex] ?? '',
        explicitHashKey: explicitHashKeyIndex === NONE ? undefined : this.#explicitHashKeys[explicitHashKeyIndex],
        data: new Uint8Array(buffer, byteOffset + record.dataAt, record.dataBytes),
      };
    }
    return undefined;
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

const hasMagic = (bytes: Uint8Array) =>
  bytes[0] === magic[0] && bytes[1] === magic[1] && bytes[2] === magic[2] && bytes[3] === magic[3];

function hasDigest(bytes: Uint8Array): boolean {
  const end = bytes.byteLength - digestBytes;
  return hash('md5', bytes.subarray(magicBytes, end), 'buffer').equals(bytes.subarray(end));
}
