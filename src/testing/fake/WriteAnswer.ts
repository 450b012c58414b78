import type { PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import type { EntryRefusal } from './FakeService.ts';
import type { FakeShard } from './FakeShard.ts';

/** Where a record went. */
export interface RecordPlace {
  readonly shard: FakeShard;
  readonly sequenceNumber: string;
}

/** What became of the records of a PutRecords, in their order; each way out of the fake writes it in its own form. */
export class WriteAnswer {
  readonly failed: number;
  readonly #entries: readonly (RecordPlace | EntryRefusal)[];

  constructor(entries: readonly (RecordPlace | EntryRefusal)[]) {
    this.#entries = entries;
    this.failed = entries.reduce((failed, entry) => ('shard' in entry ? failed : failed + 1), 0);
  }

  /** The entries as the SDK gives them. */
  records(): PutRecordsResultEntry[] {
    return this.#entries.map((entry) =>
      'shard' in entry
        ? { SequenceNumber: entry.sequenceNumber, ShardId: entry.shard.id }
        : { ErrorCode: entry.code, ErrorMessage: entry.message },
    );
  }

  /** The whole answer in JSON 1.1, in memory of which `allocate` gives at least so many bytes. */
  json(allocate: (bytes: number) => Buffer): Buffer {
    let json = `{"FailedRecordCount":${this.failed},"Records":[`;
    let separator = '';
    for (const entry of this.#entries) {
      json +=
        separator +
        ('shard' in entry
          ? `{"SequenceNumber":"${entry.sequenceNumber}","ShardId":"${entry.shard.id}"}`
          : JSON.stringify({ ErrorCode: entry.code, ErrorMessage: entry.message }));
      separator = ',';
    }
    json += ']}';
    // Only what an error says may be other than ASCII.
    const encoding = this.failed === 0 ? 'latin1' : 'utf8';
    const bytes = allocate(Buffer.byteLength(json, encoding));
    return bytes.subarray(0, bytes.write(json, encoding));
  }
}
