import { hash } from 'node:crypto';
import type { AggregatedRecord } from './AggregatedRecord.ts';
import { aggregateFormat } from './aggregateFormat.ts';
import { KeyTable, utf8Bytes } from './KeyTable.ts';
import { delimitedBytes, numberBytes, writeVarint } from './wireFormat.ts';

const { magic, magicBytes, digestBytes, partitionKeyTag, explicitHashKeyTag, recordTag } = aggregateFormat;
const { partitionKeyIndexTag, explicitHashKeyIndexTag, dataTag } = aggregateFormat;
const FRAME_BYTES = magicBytes + digestBytes;
/** In place of the index of an explicit hash key: the record has none. */
const NONE = -1;

/**
 * Collects user records, and makes one aggregate of them, in the order in which they were added.
 *
 * What it says of sizes is exact, so that an aggregate can be filled to the byte. Equal keys are written once. Adding costs the same however many
 * there are already. It checks nothing: keys and data are those of records that Kinesis would take.
 */
export class AggregateBuilder {
  readonly #data: Uint8Array[] = [];
  readonly #partitionKeyIndexes: number[] = [];
  readonly #explicitHashKeyIndexes: number[] = [];
  readonly #partitionKeys = new KeyTable(partitionKeyTag);
  readonly #explicitHashKeys = new KeyTable(explicitHashKeyTag);
  #recordBytes = 0;

  /** How many user records there are. */
  get count(): number {
    return this.#data.length;
  }

  /** The size of the whole aggregate; 0 while it is empty. */
  get bytes(): number {
    return this.count === 0 ? 0 : this.#usedBytes;
  }

  /** The size that the whole aggregate would have with this record too. */
  sizeWith({ partitionKey, explicitHashKey, data }: AggregatedRecord): number {
    const [keys, hashKeys] = [this.#partitionKeys, this.#explicitHashKeys];
    const index = keys.indexOf(partitionKey);
    let bytes = this.#usedBytes;
    if (index === undefined) bytes += delimitedBytes(utf8Bytes(partitionKey));
    if (explicitHashKey === undefined) {
      return bytes + delimitedBytes(contentBytes(index ?? keys.size, NONE, data.byteLength));
    }
    const hashIndex = hashKeys.indexOf(explicitHashKey);
    if (hashIndex === undefined) bytes += delimitedBytes(utf8Bytes(explicitHashKey));
    return bytes + delimitedBytes(contentBytes(index ?? keys.size, hashIndex ?? hashKeys.size, data.byteLength));
  }

  add({ partitionKey, explicitHashKey, data }: AggregatedRecord): void {
    const index = this.#partitionKeys.add(partitionKey);
    const hashIndex = explicitHashKey === undefined ? NONE : this.#explicitHashKeys.add(explicitHashKey);
    this.#data.push(data);
    this.#partitionKeyIndexes.push(index);
    this.#explicitHashKeyIndexes.push(hashIndex);
    this.#recordBytes += delimitedBytes(contentBytes(index, hashIndex, data.byteLength));
  }

  /** The aggregate's bytes, in memory of its own; none while it is empty. */
  encode(): Uint8Array {
    const target = Buffer.allocUnsafeSlow(this.bytes);
    if (this.count === 0) return target;
    target.set(magic, 0);
    let at = this.#partitionKeys.write(target, magicBytes);
    at = this.#explicitHashKeys.write(target, at);
    at = this.#writeRecords(target, at);
    target.set(hash('md5', target.subarray(magicBytes, at), 'buffer'), at);
    return target;
  }

  get #usedBytes(): number {
    return FRAME_BYTES + this.#partitionKeys.bytes + this.#explicitHashKeys.bytes + this.#recordBytes;
  }

  #writeRecords(target: Uint8Array, from: number): number {
    let at = from;
    let place = 0;
    for (const data of this.#data) {
      const index = this.#partitionKeyIndexes[place] ?? 0;
      const hashIndex = this.#explicitHashKeyIndexes[place] ?? NONE;
      place += 1;
      target[at++] = recordTag;
      at = writeVarint(target, at, contentBytes(index, hashIndex, data.byteLength));
      target[at++] = partitionKeyIndexTag;
      at = writeVarint(target, at, index);
      if (hashIndex !== NONE) {
        target[at++] = explicitHashKeyIndexTag;
        at = writeVarint(target, at, hashIndex);
      }
      target[at++] = dataTag;
      at = writeVarint(target, at, data.byteLength);
      target.set(data, at);
      at += data.byteLength;
    }
    return at;
  }
}

/** The size of the fields of a record. */
function contentBytes(partitionKeyIndex: number, explicitHashKeyIndex: number, dataBytes: number): number {
  const hashKeyBytes = explicitHashKeyIndex === NONE ? 0 : numberBytes(explicitHashKeyIndex);
  return numberBytes(partitionKeyIndex) + hashKeyBytes + delimitedBytes(dataBytes);
}
