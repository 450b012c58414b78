import type { RisingSequence } from './RisingSequence.ts';

/** Where a record went. Its sequence number is a text only where somebody asks for that: to make one costs as much as placing the record. */
export class RecordPlace {
  readonly shardId: string;
  /** Those of the shard, in the text of an entry in the answer to PutRecords, with a comma behind it. */
  readonly #entries: RisingSequence;
  readonly #counter: number;
  readonly #second: number;

  constructor(shardId: string, entries: RisingSequence, counter: number, second: number) {
    this.shardId = shardId;
    this.#entries = entries;
    this.#counter = counter;
    this.#second = second;
  }

  get sequenceNumber(): string {
    return this.#entries.digits(this.#counter, this.#second);
  }

  /** So many bytes has its entry. */
  get entryBytes(): number {
    return this.#entries.length;
  }

  /** Writes its entry in JSON, with a comma behind it. */
  writeEntry(into: Buffer, at: number): void {
    this.#entries.write(this.#counter, this.#second, into, at);
  }
}
